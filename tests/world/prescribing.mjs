// The steps of a prescription at the specialist's desk.

/** Drafts one line: the first product that the words find. @param {import('./people.mjs').Doctor} doctor */
export async function draftLine(doctor, { search, dose, perDay, days }) {
    await doctor.at('rx-search').fill(search);
    await doctor.press('rx-result');
    await doctor.at('rx-dose').last().fill(dose);
    await doctor.at('rx-per-day').last().fill(perDay);
    await doctor.at('rx-days').last().fill(days);
}

/** Signs what is drafted. @param {import('./people.mjs').Doctor} doctor @param {string} password */
export async function sign(doctor, password) {
    await doctor.press('rx-sign');
    await doctor.at('rx-password').fill(password);
    await doctor.press('rx-confirm');
}

/** The code of the newest prescription, which the post's screen and the paper show. @param {import('./people.mjs').Kiosk} kiosk */
export async function codeOnPaper(kiosk) {
    return (await kiosk.at('rx-code').first().innerText()).match(/[0-9A-Z]{5}-[0-9A-Z]{5}/)[0];
}
