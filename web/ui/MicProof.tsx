/** Says about our microphone what is known: that it was heard, or that nothing was heard yet, or that nothing can be measured here. */

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { audioContext, type Client } from "../client/index.ts";
import { t } from "./i18n.ts";

/** What is known about an open microphone. */
export type MicProof = "heard" | "quiet" | "unmeasured";

/** What is known about our microphone; null while it is not open. */
export function useMicProof({ devices }: Client): MicProof | null {
  const { mic, micLevel, micTrack } = devices;
  const heard = useSignal(false);
  const runs = useSignal(false);
  useEffect(() => {
    const sound = audioContext();
    const changed = () => (runs.value = sound.state === "running");
    sound.addEventListener("statechange", changed);
    changed();
    return () => sound.removeEventListener("statechange", changed);
  }, []);
  useEffect(() => void (heard.value = false), [micTrack.value]);
  useSignalEffect(() => {
    if (micLevel.value > HEARD) heard.value = true;
  });
  if (mic.value !== "on") return null;
  return heard.value ? "heard" : runs.value ? "quiet" : "unmeasured";
}

/** The sentence for the state of our microphone. */
export function MicSentence({ client, proof }: { client: Client; proof: MicProof | null }) {
  const state = client.devices.mic.value;
  return <>{t(proof === null || proof === "heard" ? `client.mic.${state}` : `client.mic.${proof}`)}</>;
}

/** A level of -45 dB of full scale: speech at arm's length is louder, the noise of an open microphone is not. */
const HEARD = 0.25;
