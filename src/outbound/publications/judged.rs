//! Publishes a record to a server that is not ours, for `scripts/judge-dpp`, which reads there what arrived.

use super::{Pause, Publisher};
use crate::{
    config::DppServer,
    dpp::Dpp,
    store::{
        HasPatients, HasPublications, HasStaff,
        testing::{Folder, close, consultation, publishable},
    },
};
use std::{env, sync::Arc};
use teranga_clinic::{publication::PublicationState, time::Timestamp};

/// The server that is judged by, from its address.
fn server(base: &str) -> DppServer {
    let (host, path) = base.trim_start_matches("http://").split_once('/').unwrap();
    let (host, port) = host.split_once(':').unwrap();
    DppServer {
        tls: false,
        host: host.into(),
        port: port.parse().unwrap(),
        path: format!("/{path}"),
        number_system: "urn:example:dpp".into(),
        token: None,
        authority: None,
        contact: None,
    }
}

#[tokio::test]
#[ignore = "scripts/judge-dpp names a server"]
async fn two_versions_are_published() {
    let var = |name: &str| env::var(name).unwrap();
    let folder = Folder::new();
    let store = Arc::new(folder.open().await);
    let id = consultation(0xffff_0000 + var("TERANGA_JUDGED_RECORD").parse::<u128>().unwrap());
    let publications = store.publications();
    let mut worker = Publisher {
        publications: publications.clone(),
        journal: store.clone(),
        staff: store.staff(),
        patients: store.patients(),
        dpp: Arc::new(Dpp::new(Some(server(&var("TERANGA_JUDGED_BASE")))).unwrap()),
        systems: Arc::default(),
        totals: Arc::default(),
        pause: Pause::default(),
    };
    publishable(&store, id, &var("TERANGA_JUDGED_NUMBER")).await;
    let mut now = Timestamp(1_800_000_000_000);
    for version in 1..=2 {
        for _ in 0..5 {
            now = now.plus_ms(15 * 60_000);
            worker.work(now).await.unwrap();
        }
        let row = publications.of_consultation(id).await.unwrap().pop().unwrap();
        assert_eq!((row.state, row.trouble), (PublicationState::Sent, None), "version {version}");
        println!("published: {}", row.key);
        if version == 1 {
            close(&store, id).await;
        }
    }
}
