/** The call: who is there, whether the voices flow, the microphone, and the way out. */

import type { Member } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { errorText, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Phones } from "./Phones.tsx";
import { call, devices, hangUp, others, refusal, speaker } from "./phone.ts";
import { MicFault } from "./WaysIn.tsx";

export function InCall() {
  const muted = devices.mic.value === "muted";
  return (
    <>
      <State />
      <MicFault />
      {speaker.blocked.value && <Banner tone="warn" icon={icon.speaker}>{t("ambulance.touch")}</Banner>}
      <ul class="people" aria-label={t("ambulance.people")}>
        {others.value.map((one) => (
          <Person key={one.member} one={one} />
        ))}
      </ul>
      <div class="acts">
        <Button
          icon={muted ? icon.micOff : icon.mic}
          aria-pressed={muted}
          data-testid="amb-mute"
          onClick={() => devices.setMuted(!muted)}
        >
          {t(muted ? "common.unmute" : "common.mute")}
        </Button>
        <Button kind="danger" icon={icon.hangUp} data-testid="amb-hangup" onClick={hangUp}>
          {t("ambulance.hang_up")}
        </Button>
      </div>
      <Phones />
    </>
  );
}

/** Whether the voices flow. An outage ends by itself. */
function State() {
  const { at } = call.state.value;
  const lost = call.lostSince.value !== null;
  const word = lost ? "lost" : at === "live" ? "live" : "waiting";
  return (
    <Banner tone={word === "live" ? "good" : word === "lost" ? "bad" : "info"} icon={lost ? icon.linkOff : icon.phone} data-testid="amb-state" {...{ "data-state": word }}>
      <strong>{t(`ambulance.${word}`)}</strong>
      {refusal.value && <p>{errorText(refusal.value)}</p>}
    </Banner>
  );
}

function Person({ one: { name, place, state } }: { one: Member }) {
  return (
    <li data-testid="amb-member" data-state={state}>
      <strong dir="auto">{name}</strong>
      <span>{state === "here" ? place.name !== name && place.name : t(`common.member.${state}`)}</span>
    </li>
  );
}
