//! Two network namespaces and the TUN device in each, by iproute2. Removes what it made, and nothing else.

use crate::{
    emulator::Side,
    nat::{FAR, NEAR, PUBLIC_RANGE},
    nat64::FAR_IPV6,
};
use std::{io, process::Command};
use tappers::{Interface, linux::Tun};

/// Name of the device inside a namespace. Chromium takes a device called `tun…` for a VPN and
/// the machine for offline.
const DEVICE: &str = "eth0";
/// Maximum length of a name. Device names have at most 15 bytes, and two are added to ours.
const MAX_NAME: usize = 12;

/// Reason for which there is no link: one sentence that says what is missing and what to do.
#[derive(Debug, thiserror::Error)]
pub enum NamespaceError {
    /// The given name is refused.
    #[error("--name {0} is not 1 to {MAX_NAME} letters, digits or dashes: choose another")]
    Name(String),
    /// iproute2 is missing.
    #[error("the command `ip` does not run ({0}): install iproute2")]
    NoIp(io::Error),
    /// `ip` failed.
    #[error(
        "`ip {0}` failed ({1}): run as root, on a kernel with network namespaces, under a --name not in use"
    )]
    Ip(String, String),
    /// The TUN device cannot be opened.
    #[error("no TUN device ({0}): run as root, where /dev/net/tun exists (modprobe tun)")]
    Tun(io::Error),
}

/// The two namespaces; dropping this value removes them.
#[derive(Debug)]
pub struct Namespaces {
    made: Vec<String>,
    name: String,
}

impl Namespaces {
    /// Makes both namespaces, with only a loopback device in each.
    pub fn create(name: &str) -> Result<Self, NamespaceError> {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if name.is_empty() || name.len() > MAX_NAME || name.starts_with('-') || !name.chars().all(fits) {
            return Err(NamespaceError::Name(name.to_owned()));
        }
        let mut namespaces = Self { made: Vec::new(), name: name.to_owned() };
        for side in [Side::Near, Side::Far] {
            let namespace = namespaces.of(side);
            ip(&["netns", "add", &namespace])?;
            namespaces.made.push(namespace.clone());
            ip(&["-n", &namespace, "link", "set", "lo", "up"])?;
        }
        Ok(namespaces)
    }

    /// Returns the name of one namespace.
    pub fn of(&self, side: Side) -> String {
        format!("{}-{}", self.name, if side == Side::Near { "near" } else { "far" })
    }

    /// Opens the end of the link in one namespace. Packets sent there are read here. Dropping the device removes it.
    /// Without `has_ipv4` the far side has IPv6 only.
    pub fn device(&self, side: Side, mtu: u16, has_ipv4: bool) -> Result<Tun, NamespaceError> {
        let (end, address, route) = match side {
            Side::Near => ("n", format!("{NEAR}/32"), PUBLIC_RANGE),
            Side::Far if has_ipv4 => ("f", format!("{FAR}/32"), "default"),
            Side::Far => ("f", format!("{FAR_IPV6}/128"), "::/0"),
        };
        let (outside, inside) = (format!("{}-{end}", self.name), self.of(side));
        let device = Interface::new(&outside).and_then(Tun::create_named).map_err(NamespaceError::Tun)?;
        device.set_nonblocking(true).map_err(NamespaceError::Tun)?;
        ip(&["link", "set", "dev", &outside, "netns", &inside, "name", DEVICE])?;
        // No address of IPv6 is made by itself, because it would send router solicitations.
        ip(&["-n", &inside, "link", "set", "dev", DEVICE, "addrgenmode", "none"])?;
        let mut adding = vec!["-n", &inside, "address", "add", &address, "dev", DEVICE];
        // Nobody else could have the address, and a wait for an answer would make it useless for a second.
        adding.extend((!has_ipv4 && side == Side::Far).then_some("nodad"));
        ip(&adding)?;
        ip(&["-n", &inside, "link", "set", "dev", DEVICE, "mtu", &mtu.to_string(), "up"])?;
        let source = address.split('/').next().unwrap_or_default();
        ip(&["-n", &inside, "route", "add", route, "dev", DEVICE, "src", source])?;
        Ok(device)
    }
}

impl Drop for Namespaces {
    fn drop(&mut self) {
        for namespace in self.made.drain(..).rev() {
            if let Err(trouble) = ip(&["netns", "delete", &namespace]) {
                eprintln!("thinlink-emulator: {trouble}");
            }
        }
    }
}

fn ip(words: &[&str]) -> Result<(), NamespaceError> {
    let output = Command::new("ip").args(words).output().map_err(NamespaceError::NoIp)?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(NamespaceError::Ip(words.join(" "), said.trim().replace('\n', "; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bounded_before_anything_is_made() {
        for name in ["", "a b", "../x", "-n", "a-name-too-long"] {
            assert!(matches!(Namespaces::create(name), Err(NamespaceError::Name(_))), "{name}");
        }
    }
}
