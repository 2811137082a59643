//! The ground of Teranga: what happened to a patient, as pure values. It knows people, places, requests, facts and
//! consultations; it does not know how they travelled or where they are kept. It reads no clock, opens no socket and
//! touches no disk.
//!
//! A module imports only from those below it.

pub mod attachment_rules;
pub mod audit;
pub mod consent;
pub mod index;
pub mod photo_rules;
pub mod publication;
pub mod readers;
pub mod view;

pub mod history;

pub mod prescribing;

pub mod patient;

pub mod consultation;
pub mod fact;

pub mod appointment;
pub mod prescription;
pub mod referral;

pub mod dispensing;

pub mod rota;

pub mod attachment;
pub mod case;
pub mod chat;
pub mod clinical;
pub mod danger;
pub mod drug;
pub mod image;
pub mod photo;
pub mod request;
pub mod safety_net;
pub mod spoken;
pub mod stock;
pub mod tablets;
pub mod vital;
pub mod wait;

pub mod contact;
pub mod notice;

pub mod structure;

pub mod people;

pub mod code;
pub mod id;
pub mod pii;
pub mod text;
pub mod time;

#[cfg(test)]
mod sample;
