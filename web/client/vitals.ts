import type { Intake } from "../protocol/messages.ts";

export type VitalName = "systolic" | "diastolic" | "pulse" | "temperature_dc" | "bleeding" | "convulsions" | "age_years";

/** A value that must turn red. `level` 2: a life may depend on it now; 1: abnormal. */
export interface Danger {
  vital: VitalName;
  level: 1 | 2;
  /** Text `client.danger.<sentence>`. */
  sentence: string;
}

/** Red values of a form, most dangerous first. */
export declare function dangers(intake: Intake): Danger[];
/** Everything unknown. */
export declare function emptyIntake(): Intake;
