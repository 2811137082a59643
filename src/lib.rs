//! Teranga: one binary that pairs health posts with specialists and carries their voices over thin links.
