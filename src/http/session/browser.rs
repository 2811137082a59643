//! The kind of a browser, for the list of one's own sessions. It is read from `User-Agent`, believed by nobody, and never
//! more than two words of a fixed list.

use axum::http::{HeaderMap, header};

/// The kind of the browser that sent a request, as `Firefox, Windows`; empty if it is none that we know.
pub(in crate::http) fn kind(headers: &HeaderMap) -> String {
    let text = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let known = |list: &[(&str, &'static str)]| {
        list.iter().find(|(mark, _)| text.contains(mark)).map(|(_, name)| *name)
    };
    [known(BROWSERS), known(SYSTEMS)].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The marks of browsers. Each later browser also bears the mark of an earlier one, so the order matters.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
];

/// The marks of operating systems. Android also calls itself Linux, and an iPhone like Mac OS X.
const SYSTEMS: &[(&str, &str)] = &[
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn browsers_are_known_by_two_words() {
        for (agent, wanted) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36 Edg/141.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/141.0.0.0 Mobile Safari/537.36",
                "Chrome, Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
                "Safari, iPhone",
            ),
            ("<script>alert(1)</script>", ""),
            ("", ""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, HeaderValue::from_str(agent).unwrap());
            assert_eq!(kind(&headers), wanted);
        }
        assert_eq!(kind(&HeaderMap::new()), "");
    }
}
