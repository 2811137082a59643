/** The attachments of this kiosk. They are sent from the moment at which this file is loaded. */

import { Attachments } from "../client/attachments/attachments.ts";
import { client, queue } from "./kiosk.ts";

export const attachments = new Attachments(client, queue, client.kept);
