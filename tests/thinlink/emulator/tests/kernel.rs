//! The whole program on this machine's kernel: UDP through it in both directions. Needs root, TUN and iproute2.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use nix::sched::{CloneFlags, setns};
use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, UdpSocket},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
    time::Duration,
};
use teranga_thinlink::clock::Clock;

const SERVER: &str = "10.77.0.1:9000";
const HEADERS: usize = 28;
const PACKET: usize = 500;
/// Time for which a rate is measured.
const MEASURED: Duration = Duration::from_secs(3);
/// Bound of the added delay at the median. A shared machine may delay single packets by more.
const ADDED_MS: f64 = 3.0;

/// The running program with a link of this rate and one-way delay.
struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    name: String,
    folder: std::path::PathBuf,
}

impl Running {
    fn start(rate: u64, delay_ms: u32) -> Self {
        Self::start_as(rate, delay_ms, &[], "10.77.0.1")
    }

    /// Starts it with more arguments, after which the far host finds the server at this address.
    fn start_as(rate: u64, delay_ms: u32, more: &[&str], server_of_far: &str) -> Self {
        let name = format!("tt{}-{}", std::process::id() % 100_000, rate % 9_973);
        let folder = std::env::temp_dir().join(&name);
        fs::create_dir_all(&folder).unwrap();
        let shape = format!(r#"{{"rate": {rate}, "delay_ms": {delay_ms}, "jitter_ms": 0}}"#);
        let profile = folder.join("profile.json");
        fs::write(&profile, format!(r#"{{"up": {shape}, "down": {shape}}}"#)).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_thinlink-emulator"))
            .args(["--name", &name, "--profile"])
            .arg(profile)
            .arg("--csv")
            .arg(folder.join("link.csv"))
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut running = Self { child, input, output, name, folder };
        let line = running.answer();
        let ready = format!(
            r#"{{"ready":true,"near":"{0}-near","far":"{0}-far","server":"10.77.0.1","server_of_far":"{server_of_far}"}}"#,
            running.name
        );
        assert_eq!(line.trim(), ready);
        running
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line
    }

    fn command(&mut self, line: &str) -> String {
        writeln!(self.input, "{line}").unwrap();
        self.answer()
    }

    /// Opens a socket in one of the namespaces. The socket stays there, and this thread returns.
    fn socket(&self, side: &str, address: &str) -> UdpSocket {
        let namespace = File::open(format!("/var/run/netns/{}-{side}", self.name)).unwrap();
        let address = address.to_owned();
        let made = thread::spawn(move || {
            setns(&namespace, CloneFlags::CLONE_NEWNET).unwrap();
            UdpSocket::bind(address).unwrap()
        });
        let socket = made.join().unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
        socket
    }

    /// Opens both ends, and returns the address to which the near end must send.
    fn pair(&self) -> (UdpSocket, UdpSocket, SocketAddr) {
        let (near, far) = (self.socket("near", SERVER), self.socket("far", "10.77.0.2:0"));
        far.send_to(b"hello", SERVER).unwrap();
        let (_, public) = near.recv_from(&mut [0; 100]).unwrap();
        (near, far, public)
    }

    fn quit(mut self) -> String {
        assert!(self.command("quit").contains("true"));
        assert!(self.child.wait().unwrap().success());
        let left = Command::new("ip").args(["netns", "list"]).output().unwrap();
        assert!(!String::from_utf8_lossy(&left.stdout).contains(&self.name), "namespaces are left");
        let csv = fs::read_to_string(self.folder.join("link.csv")).unwrap();
        fs::remove_dir_all(&self.folder).unwrap();
        csv
    }
}

fn possible() -> bool {
    let root = nix::unistd::geteuid().is_root();
    let tun = File::options().read(true).write(true).open("/dev/net/tun").is_ok();
    let ip = Command::new("ip").args(["netns", "list"]).output().is_ok_and(|output| output.status.success());
    if !(root && tun && ip) {
        println!("skipped: needs root ({root}), /dev/net/tun ({tun}) and iproute2 ({ip})");
    }
    root && tun && ip
}

/// Returns the bits per second that arrive while more than the rate is sent, from the first arrival on.
fn measured_rate(from: &UdpSocket, to: &UdpSocket, address: SocketAddr, rate: u64) -> f64 {
    let clock = Clock::start();
    let sender = from.try_clone().unwrap();
    // A third more than the rate is sent, by the clock, so that a long sleep does not matter.
    let pause = Duration::from_secs(u64::try_from(PACKET * 6).unwrap()) / u32::try_from(rate).unwrap();
    let sending = thread::spawn(move || {
        let mut sent = 0;
        while clock.now() < MEASURED + Duration::from_millis(500) {
            while pause * sent < clock.now() {
                sender.send_to(&[0x80; PACKET - HEADERS], address).unwrap();
                sent += 1;
            }
            thread::sleep(Duration::from_millis(1));
        }
    });
    let mut buffer = [0; 2_000];
    to.recv_from(&mut buffer).unwrap();
    let (first, mut last, mut bytes) = (clock.now(), clock.now(), 0);
    while last.saturating_sub(first) < MEASURED {
        bytes += to.recv_from(&mut buffer).unwrap().0 + HEADERS;
        last = clock.now();
    }
    sending.join().unwrap();
    f64::from(u32::try_from(bytes * 8).unwrap()) / last.saturating_sub(first).as_secs_f64()
}

/// Returns median and worst delay of single packets beyond the delay of the link itself, ms.
fn added_delay(
    from: &UdpSocket,
    to: &UdpSocket,
    address: SocketAddr,
    rate: u64,
    delay_ms: u32,
) -> (f64, f64) {
    let clock = Clock::start();
    let bits = f64::from(u32::try_from(PACKET * 8).unwrap());
    let link_s = bits / f64::from(u32::try_from(rate).unwrap()) + f64::from(delay_ms) / 1e3;
    let mut added: Vec<f64> = (0..40)
        .map(|_| {
            let sent = clock.now();
            from.send_to(&[0x80; PACKET - HEADERS], address).unwrap();
            to.recv_from(&mut [0; 2_000]).unwrap();
            (clock.now().saturating_sub(sent).as_secs_f64() - link_s) * 1e3
        })
        .collect();
    added.sort_by(f64::total_cmp);
    (added[added.len() / 2], added[added.len() - 1])
}

fn empty(socket: &UdpSocket) {
    socket.set_read_timeout(Some(Duration::from_millis(1_500))).unwrap();
    while socket.recv_from(&mut [0; 2_000]).is_ok() {}
}

fn measure(rate: u64) {
    if !possible() {
        return;
    }
    let running = Running::start(rate, 20);
    let (near, far, public) = running.pair();
    let server = SERVER.parse().unwrap();
    for (way, from, to, address) in [("up", &far, &near, server), ("down", &near, &far, public)] {
        let (median, worst) = added_delay(from, to, address, rate, 20);
        println!("{rate} bit/s {way}: {median:.2} ms added, at worst {worst:.2}");
        assert!((-0.1..ADDED_MS).contains(&median), "{way}: {median} ms added");
    }
    for (way, from, to, address) in [("up", &far, &near, server), ("down", &near, &far, public)] {
        let held = measured_rate(from, to, address, rate);
        let wanted = f64::from(u32::try_from(rate).unwrap());
        println!("{rate} bit/s {way}: {held:.0}, {:+.3} %", (held / wanted - 1.0) * 100.0);
        assert!((held / wanted - 1.0).abs() < 0.01, "{way}: {held} instead of {rate}");
        empty(to);
    }
    let csv = running.quit();
    assert!(csv.lines().any(|row| row.contains(",up,rtp-0,")), "{csv}");
}

#[test]
fn the_rate_of_40_kbit_is_exact() {
    measure(40_000);
}

#[test]
fn the_rate_of_256_kbit_is_exact() {
    measure(256_000);
}

#[test]
fn the_rate_of_5_mbit_is_exact() {
    measure(5_000_000);
}

#[test]
fn commands_work_while_packets_flow() {
    if !possible() {
        return;
    }
    let mut running = Running::start(1_000_000, 5);
    let (near, far, public) = running.pair();
    let mut buffer = [0; 100];
    assert!(running.command("nonsense").contains(r#"{"ok":false,"error":"no such command: nonsense"#));
    assert!(running.command("address").starts_with(r#"{"ok":true,"at_ms":"#));
    near.send_to(b"to the old address", public).unwrap();
    far.send_to(b"from the new one", SERVER).unwrap();
    let (_, moved) = near.recv_from(&mut buffer).unwrap();
    assert_ne!(moved.ip(), public.ip());
    near.send_to(b"back", moved).unwrap();
    let (length, from) = far.recv_from(&mut buffer).unwrap();
    assert_eq!((&buffer[..length], from), (&b"back"[..], SERVER.parse().unwrap()));
    assert!(running.command("block-udp on").contains("true"));
    far.send_to(b"blocked", SERVER).unwrap();
    near.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    assert!(near.recv_from(&mut buffer).is_err());
    assert!(running.command("mark the end").contains("true"));
    assert!(running.quit().lines().any(|row| row.ends_with(",the end")));
}

#[test]
fn a_far_host_with_ipv6_only_reaches_the_server_by_a_translated_address() {
    if !possible() {
        return;
    }
    let running = Running::start_as(1_000_001, 5, &["--far-ipv6"], "64:ff9b::a4d:1");
    let (near, far) = (running.socket("near", SERVER), running.socket("far", "[fd77::2]:0"));
    let mut buffer = [0; 2_000];
    far.send_to(&[7; 1_200], "[64:ff9b::a4d:1]:9000").unwrap();
    let (length, public) = near.recv_from(&mut buffer).unwrap();
    assert_eq!((length, buffer[0], public.is_ipv4()), (1_200, 7, true));
    near.send_to(b"back", public).unwrap();
    let (length, from) = far.recv_from(&mut buffer).unwrap();
    assert_eq!((&buffer[..length], from), (&b"back"[..], "[64:ff9b::a4d:1]:9000".parse().unwrap()));
    running.quit();
}
