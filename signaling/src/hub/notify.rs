//! Notification: after every input, everybody is told what is new to them, and nothing else. This is the single place
//! that does so.

use super::Hub;
use crate::{cases::Cases, context::Changes, dispatch::Dispatch};
use std::{collections::BTreeSet, mem};

impl Hub {
    /// Reads and clears the marks of change, and sends what follows from them.
    pub(super) fn notify(&mut self) {
        let Changes { people, reach, queue, mut consultations, cases } = mem::take(&mut self.cx.changes);
        let cx = &mut self.cx;
        if people {
            self.presence.notify_roster(cx);
            self.presence.notify_absences(cx);
            self.dispatch.notify_ring_order(cx);
        }
        if people || queue {
            Dispatch::notify_queue(cx);
        }
        let invitable = people && self.calls.invitable_changed(cx);
        if invitable {
            consultations.extend(cx.registry.running().map(|open| open.consultation.id()));
        }
        for id in consultations {
            self.calls.notify_call(cx, id, invitable);
        }
        if people {
            Cases::people_changed(cx);
        }
        let searching = mem::take(&mut cx.changes.cases);
        let cases: BTreeSet<_> = cases.into_iter().chain(searching).collect();
        for id in &cases {
            Cases::notify(cx, *id);
        }
        if people || reach || queue || !cases.is_empty() {
            self.summoning.update(&self.presence, cx);
        }
    }
}
