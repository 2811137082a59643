/** What the doctor's page shows of the account: its sessions, and the end of the present one. It is loaded later, as one file. */

import "./texts.ts";

export { SessionEnding } from "../ui/SessionEnding.tsx";
export { Sessions } from "../ui/Sessions.tsx";
