//! `teranga user import`: the doctors of a list from elsewhere, by their number in the register of the professional order. It adds and corrects accounts, and takes
//! rights from nobody. What it prints names lines of the list and accounts, and no person.

use super::{Failure, data::OpenData, list_file};
use crate::{
    identity::{password, secret},
    store::{DoctorCorrection, HasDoctors, KnownDoctor, NewAccount, NewDoctor, Places, StoreError},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};
use teranga_clinic::{
    contact::Contact,
    id::PartyId,
    people::{Identity, Place, Role},
    pii::Pii,
};
use teranga_exchange::directory::{
    DEFAULT_CODES, Practitioner, Reading, read_practitioner_bundle, read_practitioner_csv,
};

/// A file of doctors.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// The file: a table (`.csv`, see docs/practitioners.md) or a FHIR bundle of a mCSD directory (`.json`).
    file: PathBuf,
    /// Say what would be changed, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Store what can be used, and leave out the entries that cannot.
    #[arg(long)]
    skip: bool,
    /// Beginning of the addresses of the code systems in which a bundle tells order numbers and specialities.
    #[arg(long, default_value = DEFAULT_CODES)]
    codes: String,
}

/// What an import does.
#[derive(Debug, Default)]
struct Plan {
    new: Vec<NewDoctor>,
    corrected: Vec<DoctorCorrection>,
    /// What is told of each account and each entry, a line each.
    told: Vec<String>,
    unchanged: usize,
}

/// Runs the import.
///
/// # Errors
/// The file cannot be used, a sign-in name is taken, or the store failed. Nothing was changed then.
pub(super) async fn run(opened: &OpenData, args: Import) -> Result<(), Failure> {
    let structures = opened.store.structures().await?;
    let places: BTreeMap<_, _> = structures.iter().map(|one| (one.place.id.as_str(), &one.place)).collect();
    let known = opened.store.doctors().all().await?;
    let bundle = |bytes: &[u8]| read_practitioner_bundle(bytes, &args.codes);
    let reading = list_file::read(&args.file, read_practitioner_csv, bundle)?;
    let list = list_file::usable(&args.file, checked(reading, &places, &known), args.skip)?;
    let plan = plan(&list, &known, &places)?;
    plan.told.iter().for_each(|line| println!("{line}"));
    let Plan { new, corrected, unchanged, .. } = plan;
    if !args.dry_run {
        let now = opened.clock.timestamp();
        opened.store.doctors().put(&new, &corrected, now).await.map_err(taken)?;
    }
    let (new, corrected) = (new.len(), corrected.len());
    println!("{new} added, {corrected} corrected, {unchanged} unchanged");
    if args.dry_run {
        println!("nothing was changed: this was a dry run");
    }
    Ok(())
}

/// The reading without the entries whose structure is unknown here, or whose number stands on two accounts: those are flaws, too.
fn checked(
    reading: Reading<Practitioner>,
    places: &BTreeMap<&str, &Place>,
    known: &[KnownDoctor],
) -> Reading<Practitioner> {
    let mut seen = BTreeSet::new();
    let numbers = known.iter().filter(|one| !one.is_revoked).filter_map(|one| one.order_number.as_ref());
    let twice: BTreeSet<_> = numbers.filter(|number| !seen.insert(*number)).collect();
    let mut checked = Reading { entries: Vec::new(), ..reading };
    for one in reading.entries {
        if !places.contains_key(one.structure.as_str()) {
            let reason = "its structure is not known here; import the structures first, or name another";
            checked.refuse(one.at, reason);
        } else if twice.contains(&one.order_number) {
            checked.refuse(one.at, "two accounts have its number of the order; remove it from one of them");
        } else {
            checked.entries.push(one);
        }
    }
    checked
}

/// Compares the list with the accounts.
fn plan(
    list: &[Practitioner],
    known: &[KnownDoctor],
    places: &BTreeMap<&str, &Place>,
) -> Result<Plan, Failure> {
    let mut plan = Plan::default();
    let mut by_number = BTreeMap::new();
    // An account that was revoked gives way to one that was not.
    for one in known.iter().filter(|one| one.is_revoked).chain(known.iter().filter(|one| !one.is_revoked)) {
        if let Some(number) = &one.order_number {
            by_number.insert(number, one);
        }
    }
    for practitioner in list {
        match by_number.remove(&practitioner.order_number) {
            Some(account) => compare(&mut plan, practitioner, account),
            None => add(&mut plan, practitioner, places)?,
        }
    }
    for account in by_number.into_values().filter(|one| !one.is_revoked) {
        plan.told.push(format!("{}: the list does not name it any more; it keeps its rights", account.party));
    }
    for account in known.iter().filter(|one| !one.is_revoked && one.order_number.is_none()) {
        plan.told.push(format!(
            "{}: it has no number of the order, so no list can name it; see `teranga user order`",
            account.party
        ));
    }
    Ok(plan)
}

fn compare(plan: &mut Plan, listed: &Practitioner, account: &KnownDoctor) {
    let party = &account.party;
    if account.is_revoked {
        plan.told.push(format!("{party} ({}): it was revoked and stays so", listed.at));
        return;
    }
    if !listed.active {
        let advice = "it keeps its rights until `teranga user revoke`";
        plan.told
            .push(format!("{party} ({}): the list says that they practise no more; {advice}", listed.at));
        return;
    }
    let told = |own: &Option<Pii<String>>, listed: &Option<Pii<String>>| {
        listed.clone().filter(|listed| own.as_ref() != Some(listed))
    };
    let contact = Contact {
        phone: told(&account.contact.phone, &listed.phone),
        email: told(&account.contact.email, &listed.email),
    };
    let changes: Vec<_> = [
        ("structure", account.place != listed.structure),
        ("specialities", account.specialities != listed.specialities),
        ("telephone", contact.phone.is_some()),
        ("e-mail", contact.email.is_some()),
    ]
    .into_iter()
    .filter_map(|(word, is_changed)| is_changed.then_some(word))
    .collect();
    if changes.is_empty() {
        plan.unchanged += 1;
        return;
    }
    plan.told.push(format!("{party} ({}): corrected: {}", listed.at, changes.join(", ")));
    plan.corrected.push(DoctorCorrection {
        party: party.clone(),
        place: listed.structure.clone(),
        specialities: listed.specialities.clone(),
        contact,
    });
}

/// Adds an account without a password. Its sign-in name is the number of the order.
fn add(plan: &mut Plan, listed: &Practitioner, places: &BTreeMap<&str, &Place>) -> Result<(), Failure> {
    if !listed.active {
        plan.told.push(format!("{}: they practise no more, and get no account", listed.at));
        return Ok(());
    }
    let place = places.get(listed.structure.as_str()).map(|place| (*place).clone());
    let login = password::fold_login(listed.order_number.reveal());
    let (Some(place), Some(login)) = (place, login) else {
        return Err(Failure::Usage(format!(
            "{}: its number of the order cannot be a sign-in name",
            listed.at
        )));
    };
    let identity = Identity {
        party: PartyId(format!("person-{:08x}", u32::from_be_bytes(secret::random()))),
        role: Role::Doctor,
        name: listed.name.clone(),
        place,
        specialities: listed.specialities.clone(),
    };
    let advice = format!("its password is set by `teranga user passwd \"{login}\"`");
    plan.told.push(format!("{} ({}): added without a password; {advice}", identity.party, listed.at));
    let account = NewAccount {
        identity,
        login: login.into(),
        password_hash: no_password(),
        order_number: Some(listed.order_number.clone()),
    };
    let contact = Contact { phone: listed.phone.clone(), email: listed.email.clone() };
    plan.new.push(NewDoctor { account, contact });
    Ok(())
}

/// It stands in place of a hash and is none, so that no password is right. Checking one takes as long as ever.
fn no_password() -> Pii<String> {
    Pii::new(format!("!{}", secret::token().reveal()))
}

fn taken(error: StoreError) -> Failure {
    match error {
        StoreError::Exists(_) => Failure::Usage(
            "the sign-in name of a new account is taken by somebody without this number of the order; nothing was changed"
                .into(),
        ),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use teranga_clinic::people::Speciality;

    fn place(id: &str) -> Place {
        let [name, district, region, phone] = ["Hôpital", "Dakar", "Dakar", ""].map(String::from);
        Place { id: id.into(), name, district, region, phone }
    }

    fn listed(line: u32, number: &str) -> Practitioner {
        Practitioner {
            at: format!("line {line}"),
            order_number: number.into(),
            name: "Dr Awa Ndiaye".into(),
            specialities: vec![Speciality::Obstetrics],
            structure: "hospital".into(),
            phone: Some("+221771234567".into()),
            email: None,
            active: true,
        }
    }

    fn account(party: &str, number: Option<&str>) -> KnownDoctor {
        KnownDoctor {
            party: PartyId(party.into()),
            order_number: number.map(Pii::from),
            place: "hospital".into(),
            specialities: vec![Speciality::Obstetrics],
            contact: Contact { phone: Some("+221771234567".into()), email: Some("awa@example.sn".into()) },
            is_revoked: false,
        }
    }

    fn planned(list: &[Practitioner], known: &[KnownDoctor]) -> Plan {
        let hospital = place("hospital");
        plan(list, known, &[("hospital", &hospital)].into()).unwrap()
    }

    #[test]
    fn an_account_is_corrected_by_its_number_and_what_the_list_lacks_stays() {
        let known = [account("awa", Some("SN-1")), account("ba", Some("SN-2"))];
        let moved = Practitioner { specialities: vec![Speciality::General], ..listed(2, "SN-1") };
        let plan = planned(&[moved, listed(3, "SN-2")], &known);
        let [corrected] = &plan.corrected[..] else { panic!("{plan:?}") };
        assert_eq!((corrected.party.0.as_str(), plan.unchanged), ("awa", 1));
        assert_eq!(corrected.contact, Contact::default(), "the e-mail address is not in the list");
        assert_eq!(plan.told, ["awa (line 2): corrected: specialities"]);
    }

    #[test]
    fn who_is_new_gets_an_account_that_no_password_opens() {
        let plan = planned(&[listed(2, "SN-1"), Practitioner { active: false, ..listed(3, "SN-2") }], &[]);
        let [new] = &plan.new[..] else { panic!("{plan:?}") };
        assert_eq!(new.account.login.reveal(), "sn-1");
        let hash = new.account.password_hash.reveal();
        for guess in ["", "!", hash] {
            assert!(!password::verify(guess, Some(hash)), "{guess}");
        }
        assert!(
            plan.told[0].ends_with("its password is set by `teranga user passwd \"sn-1\"`"),
            "{:?}",
            plan.told
        );
        assert!(plan.told[1].starts_with("line 3: they practise no more"));
    }

    #[test]
    fn nobody_loses_a_right_and_everybody_whom_it_concerns_is_told() {
        let revoked = KnownDoctor { is_revoked: true, ..account("revoked", Some("SN-4")) };
        let known =
            [account("gone", Some("SN-1")), account("retired", Some("SN-2")), account("bare", None), revoked];
        let plan = planned(&[Practitioner { active: false, ..listed(2, "SN-2") }, listed(3, "SN-4")], &known);
        assert!(plan.new.is_empty() && plan.corrected.is_empty());
        let told = |party: &str| plan.told.iter().find(|line| line.starts_with(party)).unwrap().as_str();
        assert!(told("gone").contains("the list does not name it any more"));
        assert!(told("retired").contains("they practise no more"));
        assert!(told("bare").contains("no number of the order"));
        assert!(told("revoked").contains("it was revoked and stays so"));
        assert!(!plan.told.join("\n").contains("Ndiaye"));
    }

    #[test]
    fn an_unknown_structure_and_a_number_on_two_accounts_are_flaws() {
        let hospital = place("hospital");
        let places = [("hospital", &hospital)].into();
        let known = [account("awa", Some("SN-1")), account("again", Some("SN-1"))];
        let elsewhere = Practitioner { structure: "nowhere".into(), ..listed(3, "SN-2") };
        let reading =
            Reading { entries: vec![listed(2, "SN-1"), elsewhere, listed(4, "SN-3")], ..Reading::default() };
        let reading = checked(reading, &places, &known);
        let told: Vec<_> = reading.flaws.iter().map(ToString::to_string).collect();
        assert!(
            told[0].starts_with("line 2: two accounts") && told[1].starts_with("line 3: its structure"),
            "{told:?}"
        );
        assert_eq!(reading.entries, [listed(4, "SN-3")]);
    }
}
