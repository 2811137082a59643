//! `teranga staff`: the staff of posts, for when nobody at a post can help itself. PINs are read from the terminal or a pipe.

use super::{
    Failure,
    data::{DataCommand, OpenData},
};
use crate::{
    identity::staff::{NewMember, StaffDenied},
    store::{HasStaff, StaffChange, StaffMember},
};
use std::io::{self, BufRead, IsTerminal, Write};
use teranga_clinic::{id::StaffId, pii::Pii, text};

/// The actions of the subcommand.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// All who work or worked at a post.
    List {
        /// Identifier of the post, as `poste-nabadji`.
        post: String,
    },
    /// What was changed of the staff of a post, by whom, the newest first.
    Log {
        /// Identifier of the post.
        post: String,
    },
    /// Adds somebody; the PIN of four to six digits is asked, or read from standard input.
    Add {
        /// Identifier of the post.
        post: String,
        /// Name to show.
        #[arg(long, value_parser = text::name)]
        name: String,
        /// Profession, as `ICP` or `sage-femme`.
        #[arg(long, value_parser = text::name)]
        title: String,
        /// Lets them add and change the others.
        #[arg(long)]
        responsible: bool,
    },
    /// Changes a name.
    Rename {
        /// Identifier, from `list`.
        staff: String,
        /// The new name.
        #[arg(value_parser = text::name)]
        name: String,
    },
    /// Sets a new PIN; it is asked, or read from standard input.
    Pin {
        /// Identifier, from `list`.
        staff: String,
    },
    /// Notes that somebody works there no more. Their name stays on what they did.
    Leave {
        /// Identifier, from `list`.
        staff: String,
    },
}

/// Runs the action.
///
/// # Errors
/// There is no such post or person, or the store failed.
pub async fn run(args: DataCommand<Command>) -> Result<(), Failure> {
    let opened = args.data.open().await?;
    let staff = &opened.identities.staff;
    match args.command {
        Command::List { post } => {
            let post = opened.place(&post).await?;
            staff.members(&post.id).await?.iter().for_each(print);
        }
        Command::Log { post } => {
            let post = opened.place(&post).await?;
            for StaffChange { by, at, staff, change } in staff.changes(&post.id).await? {
                let by = by.map_or_else(|| "-".to_owned(), |by| by.0);
                println!("{}\t{by}\t{}\t{change}", at.0, staff.0);
            }
        }
        Command::Add { post, name, title, responsible } => {
            let post = opened.place(&post).await?;
            let new = NewMember { name: name.into(), title: title.into(), responsible };
            let added = staff.add_by_operator(&post.id, new, &asked_pin()?).await.map_err(refused)?;
            println!("added as {}", added.id.0);
        }
        Command::Rename { staff: id, name } => {
            let mut member = member(&opened, id).await?;
            member.name = name.into();
            staff.change(&member, None).await.map_err(refused)?;
            println!("changed");
        }
        Command::Pin { staff: id } => {
            let member = member(&opened, id).await?;
            staff.set_pin(&member.id, &asked_pin()?, None).await.map_err(refused)?;
            println!("changed; every tablet asks for it anew");
        }
        Command::Leave { staff: id } => {
            let mut member = member(&opened, id).await?;
            member.left = true;
            staff.change(&member, None).await.map_err(refused)?;
            println!("{} works there no more", member.id.0);
        }
    }
    Ok(())
}

async fn member(opened: &OpenData, id: String) -> Result<StaffMember, Failure> {
    let found = opened.store.staff().member(&StaffId(id)).await?;
    found.map(|(member, _)| member).ok_or_else(|| {
        Failure::Usage("nobody has this identifier; `teranga staff list POST` shows them".into())
    })
}

fn print(member: &StaffMember) {
    let state = match (member.left, member.responsible) {
        (true, _) => "left",
        (false, true) => "responsible",
        (false, false) => "works there",
    };
    println!("{}\t{}\t{}\t{state}", member.id.0, member.name.reveal(), member.title.reveal());
}

fn refused(denied: StaffDenied) -> Failure {
    match denied {
        StaffDenied::Store(error) => error.into(),
        StaffDenied::NotResponsible => {
            Failure::Usage("a post needs a responsible person; name another one first".into())
        }
        _ => Failure::Usage("a PIN has four to six digits, and a post at most 60 people".into()),
    }
}

fn asked_pin() -> Result<Pii<String>, Failure> {
    if io::stdin().is_terminal() {
        print!("PIN of four to six digits (it is shown): ");
        io::stdout().flush()?;
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim().to_owned().into())
}
