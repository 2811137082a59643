//! A recorded voice is read or refused; one that is read has packets, and nothing can be added behind its end.
#![no_main]

use libfuzzer_sys::fuzz_target;
use teranga_media::opus_file;

fuzz_target!(|bytes: &[u8]| {
    if let Some(file) = opus_file::read(bytes) {
        assert!(!file.packets.is_empty() && !file.duration.is_zero());
        let packets: usize = file.packets.iter().map(|packet| packet.len()).sum();
        assert!(packets < bytes.len());
        assert_eq!(opus_file::read(&[bytes, b"\0"].concat()), None);
    }
});
