//! Every bound of the signalling plane, with its reason.

/// A message on the socket, bytes. The largest honest one is an SDP offer with eight m-lines: about 20 kB.
pub const MESSAGE_BYTES: usize = 64 * 1024;
