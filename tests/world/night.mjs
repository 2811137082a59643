// Which journeys run at night only. They take a minute and more and tell apart what shorter ones show together; `scripts/nightly journeys` runs them all.

/** The reason for which a journey is left out, for the option `skip` of `test`; false at night. */
export const untilNight = process.env.TERANGA_NIGHT ? false : 'is long: scripts/nightly journeys runs it';
