//! The keys with which the doctors of the demonstration sign, and the authority that certifies them. Unlike a ministry's, this
//! authority lies in the data folder, and says in its name that it is a demonstration's.

use super::DemoError;
use crate::{
    signatures::authority::{self, AuthorityError, CERTIFICATE_FILE, SIGNER_DAYS_MAX, Subject},
    store::{Accounts as _, HasSignerKeys as _, SignerKeys, SqliteStore},
};
use rcgen::KeyPair;
use std::{fs, path::Path, sync::Arc};
use teranga_clinic::{id::PartyId, people::Identity, pii::Pii, time::Timestamp};

/// The folder of the authority, in the data folder.
const FOLDER: &str = "demo-ministry";

/// The name of the authority.
const NAME: &str = "Démonstration Teranga, sans valeur";

/// The most doctors of a demonstration that get a key.
const DOCTORS: u32 = 100;

/// Makes the authority and a key for each doctor, as far as they are not there.
pub(super) async fn fill(store: &SqliteStore, data: &Path, now: Timestamp) -> Result<(), DemoError> {
    let folder = data.join(FOLDER);
    let certificate = folder.join(CERTIFICATE_FILE);
    if !certificate.exists() {
        authority::create(&folder, NAME, now)?;
    }
    let keys = Arc::new(store.clone()).signer_keys();
    let pem = fs::read(&certificate).map_err(|source| AuthorityError::File { path: certificate, source })?;
    keys.add_document_authority(&authority::der_of(&pem)?, now).await?;
    let known: Vec<PartyId> = keys.keys().await?.into_iter().map(|key| key.party).collect();
    for doctor in store.colleagues(DOCTORS).await? {
        if known.contains(&doctor.party) {
            continue;
        }
        let order_number = keys.signer(&doctor.party).await?.and_then(|signer| signer.order_number);
        add_key(keys.as_ref(), &folder, &doctor, order_number.as_ref(), now).await?;
    }
    Ok(())
}

async fn add_key(
    keys: &dyn SignerKeys,
    folder: &Path,
    doctor: &Identity,
    order_number: Option<&Pii<String>>,
    now: Timestamp,
) -> Result<(), DemoError> {
    let pair = KeyPair::generate().map_err(AuthorityError::from)?;
    let order_number = order_number.map(|number| number.reveal().as_str());
    let subject = Subject { name: doctor.name.reveal(), order_number };
    let request = authority::request(&pair.serialize_der(), &subject)?;
    let certificate = authority::certify(folder, &request, SIGNER_DAYS_MAX, now)?;
    let certified =
        authority::check(&authority::der_of(certificate.as_bytes())?, &keys.document_authorities().await?)?;
    keys.add_key(&doctor.party, pair.public_key_raw(), &pair.serialize_der(), now).await?;
    keys.put_certificate(&certified.public, &certified.certificate).await?;
    Ok(())
}
