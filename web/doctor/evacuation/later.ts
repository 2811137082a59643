/** Loads the room and the list of evacuations with their texts and styles, none of which belongs to the way to a voice. */

import { lazy } from "../../ui/lazy.tsx";

const load = async () => (await import("./parts.ts")).loaded();

/** The room in which an evacuation is prepared. */
export const Room = lazy(async () => (await load()).Room);

/** What became of evacuations, for the desk. */
export const NewsBanners = lazy(async () => (await load()).NewsBanners);

/** The evacuations of a consultation. */
export const ReferralList = lazy(async () => (await load()).ReferralList);
