//! `teranga signer`: the keys with which specialists sign documents, on the side of the server.

use crate::{
    cli::{
        Failure,
        data::{DataCommand, OpenData},
    },
    identity::password,
    signatures::authority::{self, Subject},
    store::{
        Accounts as _, HasSignerKeys as _, Signer, SignerKey, SignerKeys, StoreError, Withdrawal,
        WithdrawalReason,
    },
};
use rcgen::KeyPair;
use std::{fs, path::PathBuf, sync::Arc};
use teranga_clinic::{id::PartyId, people::Role};

/// Subcommands of `signer`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Believes the certificates of a ministry's authority.
    Trust {
        /// The certificate of the authority, in PEM.
        certificate: PathBuf,
    },
    /// Believes the certificates of an authority no more, and ends the use of every key that it certified.
    Distrust {
        /// The certificate of the authority, in PEM.
        certificate: PathBuf,
        /// The reason: `left` if another authority has taken its place, `lost` if somebody else may have its key. Nothing that its keys
        /// signed is believed any more if it is lost.
        #[arg(long, value_enum)]
        why: Why,
    },
    /// Makes a key for a doctor, seals it here, and writes a request for its certificate.
    Request {
        /// Sign-in name of the doctor.
        login: String,
        /// The file of the request.
        #[arg(long)]
        out: PathBuf,
    },
    /// Takes the certificate of a key that was made here. From now on its doctor can sign.
    Install {
        /// The certificate, in PEM.
        certificate: PathBuf,
    },
    /// Ends the use of every key of a doctor.
    Withdraw {
        /// Sign-in name of the doctor.
        login: String,
        /// The reason: `left` if the doctor signs no more, `lost` if somebody else may have the key. Nothing that a lost key signed is
        /// believed any more.
        #[arg(long, value_enum)]
        why: Why,
    },
    /// Tells which authorities are believed, who has a key, and until when.
    List,
}

/// The reason for which a key is not used any more.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Why {
    /// Whoever has it signs no more.
    Left,
    /// Somebody else may have it.
    Lost,
}

/// Runs the action.
///
/// # Errors
/// What was asked cannot be done, or the store failed.
pub async fn run(args: DataCommand<Command>) -> Result<(), Failure> {
    let opened = args.data.open().await?;
    let (keys, now) = (opened.store.signer_keys(), opened.clock.timestamp());
    match args.command {
        Command::Trust { certificate } => {
            let der = authority::der_of(&fs::read(certificate)?)?;
            authority::check_authority(&der)?;
            keys.add_document_authority(&der, now).await?;
            println!("believed from now on");
        }
        Command::Distrust { certificate, why } => {
            let count =
                distrust(&*keys, &fs::read(certificate)?, Withdrawal { at: now, why: why.into() }).await?;
            println!("believed no more; {count} keys withdrawn");
        }
        Command::Request { login, out } => {
            let doctor = doctor(&opened, &login).await?;
            let request = make_key(&opened, &doctor).await?;
            fs::write(&out, request)?;
            println!("{}: take it to the authority", out.display());
        }
        Command::Install { certificate } => {
            let certified = authority::check(
                &authority::der_of(&fs::read(certificate)?)?,
                &keys.document_authorities().await?,
            )?;
            let kept = keys.put_certificate(&certified.public, &certified.certificate).await;
            kept.map_err(|error| match error {
                StoreError::Missing => Failure::Usage(
                    "no key that was made here waits for this certificate; make a new one with `teranga signer request`".into(),
                ),
                other => other.into(),
            })?;
            println!("installed");
        }
        Command::Withdraw { login, why } => {
            let party = doctor(&opened, &login).await?;
            let count = keys.withdraw(&party, Withdrawal { at: now, why: why.into() }).await?;
            println!("{count} keys withdrawn");
        }
        Command::List => {
            for authority in keys.document_authorities().await? {
                println!("authority\t{}", authority::subject_of(&authority)?);
            }
            keys.keys().await?.iter().for_each(|key| println!("{}", line(key)));
        }
    }
    Ok(())
}

impl From<Why> for WithdrawalReason {
    fn from(why: Why) -> Self {
        match why {
            Why::Left => Self::Left,
            Why::Lost => Self::Lost,
        }
    }
}

/// Ends the belief in an authority, and the use of the keys that it certified. It tells how many keys that were.
async fn distrust(keys: &dyn SignerKeys, pem: &[u8], withdrawal: Withdrawal) -> Result<u64, Failure> {
    let authority = authority::der_of(pem)?;
    let is_issued = |key: &SignerKey| {
        let certificate = key.certificate.as_ref();
        certificate.is_some_and(|one| authority::is_issued_by(&one.der, &authority))
    };
    let certified = keys.keys().await?.into_iter().filter(is_issued);
    let public: Vec<_> = certified.map(|key| key.public).collect();
    keys.remove_document_authority(&authority, &public, withdrawal).await.map_err(|error| match error {
        StoreError::Missing => Failure::Usage("this authority is not believed".into()),
        other => other.into(),
    })
}

async fn doctor(opened: &OpenData, login: &str) -> Result<PartyId, Failure> {
    let usage = |text: &str| Failure::Usage(text.into());
    let login = password::fold_login(login).ok_or_else(|| usage("this cannot be a sign-in name"))?;
    let party = opened.store.party_of_login(&login).await?;
    party.ok_or_else(|| usage("there is no such account"))
}

/// Makes a key for a doctor and gives the request for its certificate.
async fn make_key(opened: &OpenData, doctor: &PartyId) -> Result<String, Failure> {
    let keys = Arc::clone(&opened.store).signer_keys();
    let known = keys.signer(doctor).await?.filter(|known| known.identity.role == Role::Doctor);
    let Signer { identity, order_number, .. } =
        known.ok_or_else(|| Failure::Usage("only a doctor signs".into()))?;
    let pair = KeyPair::generate().map_err(authority::AuthorityError::from)?;
    let pkcs8 = pair.serialize_der();
    let order_number = order_number.as_ref().map(|number| number.reveal().as_str());
    let request = authority::request(&pkcs8, &Subject { name: identity.name.reveal(), order_number })?;
    keys.add_key(doctor, pair.public_key_raw(), &pkcs8, opened.clock.timestamp()).await?;
    Ok(request)
}

fn line(key: &SignerKey) -> String {
    let state = match (&key.certificate, key.withdrawn) {
        (_, Some(Withdrawal { at, why })) => format!("withdrawn at {} ms, {why:?}", at.0),
        (Some(certificate), None) => format!("from {} to {} ms", certificate.from.0, certificate.to.0),
        (None, None) => "waits for its certificate".to_owned(),
    };
    format!("{}\t{state}", key.party)
}
