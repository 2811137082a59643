//! Identifiers of what lives only as long as the process: sockets, rooms, members, records under way.

use serde::{Deserialize, Serialize};

/// One socket, numbered by the server; never on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub u64);

/// A fact that waits to become durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId(pub u64);

/// A shard of the media plane: one thread with its own rooms, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShardId(pub u16);

/// A room of the media plane. Every consultation has one. A room never leaves its shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoomId {
    /// The number of the room, unique in the process.
    pub number: u32,
    /// The shard that runs the room.
    pub shard: ShardId,
}

/// A member of a room, unique in the process. Media streams are named by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct MemberId(pub u32);
