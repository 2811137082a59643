/**
 * The device check: each device has a sentence that says what to do. It is remembered as passed only if every part has
 * passed, and it never stands in the way of an emergency.
 */

import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { testTone } from "../client/index.ts";
import { deviceList } from "../client/platform/device-list.ts";
import { isPersisted } from "../client/platform/space-probe.ts";
import { remember } from "../client/platform/storage.ts";
import { clockAhead, deviceNow, wallNow } from "../client/platform/wall-clock.ts";
import { Banner, type Tone } from "../ui/Banner.tsx";
import { useBlackCamera } from "../ui/black-camera.ts";
import { Button } from "../ui/Button.tsx";
import { dateAndTime } from "../ui/dates.ts";
import { number, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { LevelMeter } from "../ui/LevelMeter.tsx";
import { MicSentence, useMicProof } from "../ui/MicProof.tsx";
import { LINK_TONE } from "../ui/link-quality.ts";
import { SelfTile } from "../ui/MemberTile.tsx";
import { linkWord } from "./Bar.tsx";
import { client } from "./kiosk.ts";
import { checked, screen } from "./shell.ts";

export function DeviceCheck() {
  const proof = useMicProof(client);
  const toneHeard = useSignal<boolean | null>(null);
  useEffect(() => {
    void client.devices.open({ camera: true });
    return () => client.devices.close();
  }, []);
  const passed =
    client.devices.camera.value === "on" &&
    client.devices.mic.value === "on" &&
    proof === "heard" &&
    toneHeard.value === true &&
    client.connection.state.value.at === "ready";
  return (
    <main class="check">
      <header>
        <h1>{t("kiosk.check.title")}</h1>
      </header>
      <div class="parts">
        <Camera />
        <Microphone proof={proof} />
        <Speaker heard={toneHeard} />
        <Network />
      </div>
      <WrongClock />
      <Keeping />
      <footer class="foot">
        {passed ? (
          <Button kind="primary" icon={icon.check} data-testid="check-done" onClick={() => void done()}>
            {t("kiosk.check.done")}
          </Button>
        ) : (
          <p data-testid="check-open">{t("kiosk.check.open")}</p>
        )}
        <Button icon={icon.phone} data-testid="check-skip" onClick={() => (screen.value = { at: "home" })}>
          {t("kiosk.check.skip")}
        </Button>
      </footer>
    </main>
  );
}

async function done(): Promise<void> {
  const devices = (await deviceList()) ?? "";
  remember("checked", (checked.value = { at: wallNow(), devices }));
  screen.value = { at: "home" };
}

function Camera() {
  const state = client.devices.camera.value;
  const black = useBlackCamera(client);
  return (
    <Part of={icon.camera} title={t("kiosk.check.camera")} tone={black ? "warn" : toneOf(state)} testid="check-camera">
      <SelfTile client={client} />
      <p>{black ? t("client.camera.black") : state === "on" ? t("kiosk.check.see") : t(`client.camera.${state}`)}</p>
    </Part>
  );
}

function Microphone({ proof }: { proof: ReturnType<typeof useMicProof> }) {
  const state = client.devices.mic.value;
  const tone = proof === null || proof === "heard" ? toneOf(state) : "info";
  return (
    <Part of={icon.mic} title={t("kiosk.check.mic")} tone={tone} testid="check-mic">
      <LevelMeter level={client.devices.micLevel} label={t("kiosk.check.level")} />
      <p>
        <MicSentence client={client} proof={proof} />
      </p>
    </Part>
  );
}

function Speaker({ heard }: { heard: Signal<boolean | null> }) {
  return (
    <Part
      of={icon.speaker}
      title={t("kiosk.check.speaker")}
      tone={heard.value === null ? "info" : heard.value ? "good" : "warn"}
      testid="check-speaker"
    >
      <Button icon={icon.speaker} data-testid="play-tone" onClick={() => void testTone()}>
        {t("kiosk.check.play")}
      </Button>
      <p>{t(heard.value === false ? "kiosk.check.not_heard" : "kiosk.check.hear")}</p>
      <div class="actions">
        <Button data-testid="heard" aria-pressed={heard.value === true} onClick={() => (heard.value = true)}>
          {t("common.yes")}
        </Button>
        <Button aria-pressed={heard.value === false} onClick={() => (heard.value = false)}>
          {t("common.no")}
        </Button>
      </div>
    </Part>
  );
}

/** A browser that has not agreed to keep our data deletes it when the device is full. It agrees for a page that was installed. */
function Keeping() {
  const isKept = useSignal<boolean | null>(null);
  useEffect(() => void isPersisted().then((kept) => (isKept.value = kept)), []);
  if (isKept.value !== false) return null;
  return (
    <Banner tone="warn" icon={icon.alert} data-testid="check-keeping">
      {t("kiosk.check.install")}
    </Banner>
  );
}

/** A wrong clock is for a person to mend; until then the server's time is shown and kept. */
function WrongClock() {
  if (Math.abs(clockAhead()) < CLOCK_WRONG_MS) return null;
  return (
    <Banner tone="warn" icon={icon.clock} data-testid="check-clock">
      {t("kiosk.check.clock", { time: dateAndTime(deviceNow()) })}
    </Banner>
  );
}

/** A few minutes disturb nobody, and a message of a thin link may be late by some seconds. */
const CLOCK_WRONG_MS = 5 * 60_000;

function Network() {
  const word = linkWord();
  const rtt = client.connection.rttMs.value;
  return (
    <Part of={icon.link} title={t("kiosk.check.network")} tone={LINK_TONE[word]} testid="check-network">
      <p>{t(`kiosk.link.${word}`)}</p>
      {rtt !== null && <p class="soft">{t("kiosk.check.rtt", { ms: number(rtt) })}</p>}
    </Part>
  );
}

interface PartProps {
  of: string;
  title: string;
  tone: Tone;
  testid: string;
  children: ComponentChildren;
}

const SIGN: Record<Tone, string> = { good: icon.check, warn: icon.alert, bad: icon.alert, info: "" };

function Part({ of, title, tone, testid, children }: PartProps) {
  return (
    <section class="part" data-testid={testid} data-tone={tone}>
      <h2>
        <Icon of={of} /> {title}{" "}
        <span class={tone}>
          <Icon of={SIGN[tone]} />
        </span>
      </h2>
      {children}
    </section>
  );
}

const toneOf = (state: string): Tone =>
  state === "on" ? "good" : state === "asking" || state === "off" ? "info" : "bad";

/** The microphone's level, shown while the user waits and has time to mend it. */
export function MicrophoneLine() {
  const state = client.devices.mic.value;
  const proof = useMicProof(client);
  if (state === "off" || state === "asking") return null;
  return (
    <div class="mic-line">
      <Icon of={state === "on" ? icon.mic : icon.micOff} />
      {state === "on" ? (
        <>
          <LevelMeter level={client.devices.micLevel} label={t("kiosk.check.level")} />
          <p class="soft">
            <MicSentence client={client} proof={proof} />
          </p>
        </>
      ) : (
        <p class="bad">{t(`client.mic.${state}`)}</p>
      )}
    </div>
  );
}
