/** Drawings of the means of transport, on the grid of `ui/icons.ts`: the ambulances of a hospital and of a district, an all-terrain car, a shared taxi, and a cart. */

import type { Transport } from "../../protocol/messages.ts";

const WHEELS = "M7 19a2 2 0 100-4 2 2 0 000 4M17 19a2 2 0 100-4 2 2 0 000 4";
const VAN = `M5 17H2V6h12v11H9M14 9h4l4 4v4h-3M15 17h-1${WHEELS}`;

export const PICTURES: Record<Transport, string> = {
  ambulance_of_receiver: `${VAN}M8 8v5M5.500 10.500h5`,
  ambulance_of_district: `${VAN}M5 11h6M8 3v3M6 3h4`,
  own_vehicle: `M5 17H2v-5l3-1 2-5h9l2 5 4 1v5h-3M15 17H9M6 11h12M11 6v5${WHEELS}`,
  private_vehicle: `M5 17H2v-4l4-1 3-5h6l4 5 3 1v4h-3M15 17H9M10 4h4v3h-4z${WHEELS}`,
  other: "M2 8h13v6H2zM15 12h7M9 20a3 3 0 100-6 3 3 0 000 6M9 17v.01",
};

/** All means, the surest first. */
export const TRANSPORTS = Object.keys(PICTURES) as Transport[];
