//! The hub, driven from outside: readable journeys, then arbitrary sequences of everything.

mod acts;
mod admission;
mod asking;
mod attachments;
mod bounds;
mod calling;
mod cases;
mod chat;
mod facts;
mod floods;
mod operations;
mod photos;
mod privacy;
mod properties;
mod protocol;
mod restart;
mod session_end;
mod simulation;
mod staff;
mod steps;
mod summons;
mod taking_over;
mod waiting;
mod world;
mod writing;
