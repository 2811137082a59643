import type { Identity } from "../protocol/messages.ts";

/** The device this browser is enrolled as, or null. */
export declare function enrolledDevice(): Promise<string | null>;
/** Makes a key that cannot leave this browser and uses up the one-time code. Throws ApiError. */
export declare function enroll(code: string): Promise<string>;
/** Signs the server's challenge. Throws ApiError (`device`: revoked, enroll again). */
export declare function signInDevice(): Promise<Identity>;
