//! The pages, embedded in the binary and compressed when they were built.

use super::state::Edge;
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header},
    middleware::Next,
};
use rust_embed::{EmbeddedFile, RustEmbed};

/// `web/dist`, made by `scripts/build`. Each text comes with a `.br` and a `.gz` beside it.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

/// The addresses of the pages, each with its file. Everything else is looked up by its own name.
const PAGES: [(&str, &str); 8] = [
    ("/", "index.html"),
    ("/poste", "poste.html"),
    ("/medecin", "medecin.html"),
    ("/exploitation", "exploitation.html"),
    ("/coordination", "coordination.html"),
    ("/verifier", "verifier.html"),
    ("/accueil", "accueil.html"),
    ("/ambulance", "ambulance.html"),
];

/// The content encodings, the smallest first, each with the suffix of the prepared file.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The content security policy: a page loads from this server only, sends to it only, and is framed by nobody. Text becomes
/// no script: the one policy of trusted types lets workers through that are files of this server
/// (`web/client/platform/trusted-url.ts`).
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
     worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types teranga";

const SECURITY_HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), microphone=(self), display-capture=(), geolocation=(), payment=(), usb=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// HTTP Strict Transport Security for a year (RFC 6797 section 6.1).
const STRICT_TRANSPORT_SECURITY: &str = "max-age=31536000";

/// The middleware that adds the security headers, and forbids the caching of everything that says nothing about it: records
/// and answers about persons. The opening of a `WebSocket` is no page and gets none, because a thin
/// link pays for each byte.
pub async fn add_security_headers(State(edge): State<Edge>, request: Request, next: Next) -> Response<Body> {
    let mut response = next.run(request).await;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        return response;
    }
    let headers = response.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        // What is shown in a sandbox has a stricter policy of its own.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if edge.hsts {
        headers
            .insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(STRICT_TRANSPORT_SECURITY));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Serves a page or an asset.
pub async fn serve(request: Request) -> Response<Body> {
    let path = request.uri().path();
    let name = PAGES.iter().find(|(address, _)| *address == path).map_or(&path[1..], |(_, file)| file);
    let name = &worker_of(name, request.uri().query()).unwrap_or_else(|| name.to_owned());
    match Dist::get(name) {
        Some(file) => found(name, &file, request.headers()),
        None if name == "index.html" => {
            plain(StatusCode::SERVICE_UNAVAILABLE, "The pages are not built: run scripts/build.")
        }
        None => plain(StatusCode::NOT_FOUND, "Il n'y a rien à cette adresse. / Nothing here."),
    }
}

/// The file of a page's service worker. All pages ask for `sw.js` and name themselves in the query, so that a worker that is installed
/// asks for its next version at the same address.
fn worker_of(name: &str, query: Option<&str>) -> Option<String> {
    let page = query?.strip_prefix("app=").filter(|_| name == "sw.js")?;
    page.chars().all(|char| char.is_ascii_lowercase()).then(|| format!("sw-{page}.js"))
}

fn found(name: &str, file: &EmbeddedFile, asked: &HeaderMap) -> Response<Body> {
    let tag = etag(file);
    if asked.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return reply(Response::builder().status(StatusCode::NOT_MODIFIED), name, &tag)
            .body(Body::empty())
            .expect("static");
    }
    let (data, encoding) = encoded(name, asked);
    let mut response =
        reply(Response::builder(), name, &tag).header(header::CONTENT_TYPE, content_type(name));
    if let Some(encoding) = encoding {
        response = response.header(header::CONTENT_ENCODING, encoding);
    }
    let data = data.unwrap_or_else(|| file.data.clone());
    response.body(Body::from(data)).expect("header values are ASCII")
}

/// The prepared file in the best encoding that the browser accepts, and the name of that encoding.
fn encoded(name: &str, asked: &HeaderMap) -> (Option<std::borrow::Cow<'static, [u8]>>, Option<&'static str>) {
    let accepted =
        asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    ENCODINGS
        .iter()
        .filter(|(encoding, _)| accepted.split(',').any(|one| one.trim() == *encoding))
        .find_map(|(encoding, suffix)| {
            Dist::get(&format!("{name}{suffix}")).map(|file| (Some(file.data), Some(*encoding)))
        })
        .unwrap_or_default()
}

fn reply(builder: axum::http::response::Builder, name: &str, tag: &str) -> axum::http::response::Builder {
    builder
        .header(header::CACHE_CONTROL, cache_control(name))
        .header(header::ETAG, tag)
        .header(header::VARY, "Accept-Encoding")
}

/// The caching rule of a file. A name below `a/` contains a hash of the content, so the browser keeps the file for ever; it
/// revalidates the pages each time.
fn cache_control(name: &str) -> &'static str {
    if name.starts_with("a/") { "public, max-age=31536000, immutable" } else { "no-cache" }
}

fn etag(file: &EmbeddedFile) -> String {
    use std::fmt::Write;
    let hash = file.metadata.sha256_hash();
    hash[..8].iter().fold(String::from("\""), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }) + "\""
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, suffix)| suffix) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "json" => "application/json",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
