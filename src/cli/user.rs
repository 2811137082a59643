//! `teranga user`: manages people's accounts. Passwords are read from the terminal or a pipe, never from arguments, which every
//! process of the machine can see.

use super::{
    Failure,
    data::{DataCommand, OpenData},
    practitioners,
};
use crate::{
    identity::{password, secret},
    store::{Accounts, HasOutbox, NewAccount, Revocations, StoreError},
};
use std::io::{self, BufRead, IsTerminal, Write};
use teranga_clinic::{
    contact,
    id::PartyId,
    people::{Identity, Role, Speciality},
    pii::Pii,
    text,
};

/// The actions of the subcommand.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Adds a person; the password is asked, or read from standard input.
    Add {
        /// Sign-in name.
        login: String,
        /// Name to show, as `Dr Awa Ndiaye`.
        #[arg(long, value_parser = text::name)]
        name: String,
        /// Role: `doctor`, `guest`, `operator` or `coordinator`.
        #[arg(long, value_parser = role)]
        role: Role,
        /// Identifier of the structure where they work.
        #[arg(long)]
        place: String,
        /// Specialities of a doctor: `obstetrics`, `paediatrics`, `general`, `surgery`; several with commas.
        #[arg(long, value_delimiter = ',', value_parser = speciality)]
        speciality: Vec<Speciality>,
        /// A doctor's number in the register of the professional order, as `SN-1234`; it is printed on signed advice.
        #[arg(long, value_parser = text::order_number)]
        order: Option<String>,
        /// Telephone for reminders by SMS, as `77 123 45 67`; a foreign one begins with `+`.
        #[arg(long, value_parser = contact::phone)]
        phone: Option<String>,
        /// E-mail address for reminders.
        #[arg(long, value_parser = contact::email)]
        email: Option<String>,
    },
    /// Changes or removes the telephone to which reminders go by SMS. No page shows it.
    Phone {
        /// Sign-in name.
        login: String,
        /// The new number, as `77 123 45 67`; without one, the number is removed.
        #[arg(value_parser = contact::phone)]
        number: Option<String>,
    },
    /// Changes or removes the address to which reminders go by e-mail. No page shows it.
    Email {
        /// Sign-in name.
        login: String,
        /// The new address; without one, the address is removed.
        #[arg(value_parser = contact::email)]
        address: Option<String>,
    },
    /// Changes a doctor's number in the register of the professional order, from the next sign-in or page on.
    Order {
        /// Sign-in name.
        login: String,
        /// The new number; without one, the number is removed.
        #[arg(value_parser = text::order_number)]
        number: Option<String>,
    },
    /// Changes a password and ends all sessions of the account.
    Passwd {
        /// Sign-in name.
        login: String,
    },
    /// Adds and corrects the doctors of a list by their numbers in the register of the professional order; nobody loses a right.
    Import(practitioners::Import),
    /// Takes every right from a person; within 5 s also on a running server.
    Revoke {
        /// Sign-in name.
        login: String,
    },
}

/// Runs the action.
///
/// # Errors
/// What was asked cannot be done, or the store failed.
pub async fn run(args: DataCommand<Command>) -> Result<(), Failure> {
    let opened = args.data.open().await?;
    match args.command {
        Command::Add { login, name, role, place, speciality, order, phone, email } => {
            if order.is_some() && role != Role::Doctor {
                return Err(Failure::Usage("only a doctor signs, so only a doctor has a number".into()));
            }
            let place = opened.place(&place).await?;
            let login = fold(&login)?;
            let party = new_party();
            let identity =
                Identity { party: party.clone(), role, name: name.into(), place, specialities: speciality };
            let (password_hash, order_number) = (asked_hash()?, order.map(Pii::new));
            let account = NewAccount { identity, login: login.into(), password_hash, order_number };
            opened.identities.add_person(&account).await.map_err(taken)?;
            let (login, outbox) = (account.login.reveal(), opened.store.outbox());
            outbox.set_phone(login, phone.as_deref()).await?;
            outbox.set_email(login, email.as_deref()).await?;
            println!("added as {party}");
        }
        Command::Order { login, number } => {
            let changed = opened.store.set_order_number(&fold(&login)?, number.as_deref()).await?;
            println!("{}: changed", changed.ok_or_else(unknown)?);
        }
        Command::Phone { login, number } => {
            let changed = opened.store.outbox().set_phone(&fold(&login)?, number.as_deref()).await?;
            println!("{}: {}", changed.ok_or_else(unknown)?, number.as_deref().unwrap_or("no number"));
        }
        Command::Email { login, address } => {
            let changed = opened.store.outbox().set_email(&fold(&login)?, address.as_deref()).await?;
            println!("{}: {}", changed.ok_or_else(unknown)?, address.as_deref().unwrap_or("no address"));
        }
        Command::Import(args) => practitioners::run(&opened, args).await?,
        Command::Passwd { login } => passwd(&opened, &fold(&login)?).await?,
        Command::Revoke { login } => revoke(&opened, &fold(&login)?).await?,
    }
    Ok(())
}

/// Makes an identifier. It appears in logs, where no name may, so it is random.
fn new_party() -> PartyId {
    PartyId(format!("person-{:08x}", u32::from_be_bytes(secret::random())))
}

async fn passwd(opened: &OpenData, login: &str) -> Result<(), Failure> {
    let hash = asked_hash()?;
    let changed = opened.store.set_password(login, hash.reveal(), opened.clock.timestamp()).await?;
    changed.ok_or_else(unknown)?;
    println!("changed; all sessions of the account are closed");
    Ok(())
}

async fn revoke(opened: &OpenData, login: &str) -> Result<(), Failure> {
    let party = opened.store.party_of_login(login).await?.ok_or_else(unknown)?;
    opened.store.revoke(&party, opened.clock.timestamp()).await?;
    println!("{party} has no rights any more");
    Ok(())
}

fn taken(error: StoreError) -> Failure {
    match error {
        StoreError::Exists(_) => Failure::Usage("this sign-in name is taken".into()),
        other => other.into(),
    }
}

fn unknown() -> Failure {
    Failure::Usage("there is no such account".into())
}

fn fold(login: &str) -> Result<String, Failure> {
    password::fold_login(login).ok_or_else(|| Failure::Usage("this cannot be a sign-in name".into()))
}

fn asked_hash() -> Result<Pii<String>, Failure> {
    if io::stdin().is_terminal() {
        print!("Password (it will be shown): ");
        io::stdout().flush()?;
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    password::hash(line.trim_end_matches(['\r', '\n'])).map_err(|error| Failure::Usage(error.to_string()))
}

/// Parses a role by its name on the wire. A tablet's role is refused, because a tablet is no person.
fn role(word: &str) -> Result<Role, String> {
    match serde_json::from_value(word.into()) {
        Ok(Role::Kiosk) | Err(_) => Err("choose doctor, guest, operator or coordinator".into()),
        Ok(role) => Ok(role),
    }
}

/// Parses a speciality by its name on the wire.
fn speciality(word: &str) -> Result<Speciality, String> {
    serde_json::from_value(word.into())
        .map_err(|_| "choose obstetrics, paediatrics, general or surgery".into())
}
