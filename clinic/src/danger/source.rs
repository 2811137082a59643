//! The publications on which the danger rules rest. `docs/clinical-rules.md` prints them beside each rule.

/// A publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// Integrated Management of Childhood Illness, chart booklet.
    Imci,
    /// Pocket book of hospital care for children.
    PocketBook,
    /// Paediatric emergency triage, assessment and treatment.
    Etat,
    /// Pregnancy, Childbirth, Postpartum and Newborn Care.
    Pcpnc,
    /// Managing complications in pregnancy and childbirth.
    Mcpc,
    /// Interagency Integrated Triage Tool.
    Iitt,
    /// Guideline for the pharmacological treatment of hypertension in adults.
    Hypertension,
    /// Prevention and control of noncommunicable diseases, guidelines for primary health care.
    Ncd,
}

/// A place in a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The publication.
    pub source: Source,
    /// The chart, section or table in it.
    pub at: &'static str,
    /// The text with which the rule was compared.
    pub compared: Comparison,
}

/// The text with which a rule was compared, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The publication itself, or a copy of its chart.
    Published,
    /// A quotation or a table of others who name the publication, or an earlier edition of it.
    Quoted,
    /// None: the rule is from memory.
    NotYet,
}

impl Comparison {
    /// The word in the table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Published => "published text",
            Self::Quoted => "quotation",
            Self::NotYet => "not yet",
        }
    }
}

impl Source {
    /// Every publication.
    pub const ALL: [Self; 8] = [
        Self::Imci,
        Self::PocketBook,
        Self::Etat,
        Self::Pcpnc,
        Self::Mcpc,
        Self::Iitt,
        Self::Hypertension,
        Self::Ncd,
    ];

    /// The short name in the table.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Imci => "IMCI 2014",
            Self::PocketBook => "Pocket book 2013",
            Self::Etat => "ETAT 2016",
            Self::Pcpnc => "PCPNC 2015",
            Self::Mcpc => "MCPC 2017",
            Self::Iitt => "IITT 2020",
            Self::Hypertension => "WHO hypertension 2021",
            Self::Ncd => "WHO NCD 2012",
        }
    }

    /// The whole reference.
    pub const fn reference(self) -> &'static str {
        match self {
            Self::Imci => {
                "World Health Organization. Integrated Management of Childhood Illness: chart booklet. March 2014. ISBN 978 92 4 150682 3."
            }
            Self::PocketBook => {
                "World Health Organization. Pocket book of hospital care for children, second edition. 2013. ISBN 978 92 4 154837 3."
            }
            Self::Etat => {
                "World Health Organization. Updated guideline: paediatric emergency triage, assessment and treatment. 2016. ISBN 978 92 4 151021 9."
            }
            Self::Pcpnc => {
                "World Health Organization. Pregnancy, childbirth, postpartum and newborn care: a guide for essential practice, third edition. 2015. ISBN 978 92 4 154935 6."
            }
            Self::Mcpc => {
                "World Health Organization. Managing complications in pregnancy and childbirth: a guide for midwives and doctors, second edition. 2017. ISBN 978 92 4 156549 3."
            }
            Self::Iitt => {
                "World Health Organization, International Committee of the Red Cross, Médecins Sans Frontières. Interagency Integrated Triage Tool. In: Clinical care for severe acute respiratory infection: toolkit. 2020."
            }
            Self::Hypertension => {
                "World Health Organization. Guideline for the pharmacological treatment of hypertension in adults. 2021. ISBN 978 92 4 003398 6."
            }
            Self::Ncd => {
                "World Health Organization. Prevention and control of noncommunicable diseases: guidelines for primary health care in low-resource settings. 2012. ISBN 978 92 4 154839 7."
            }
        }
    }
}
