/**
 * Plays a recorded voice from its bytes. The whole is decoded first (a minute has 12 MB), because a recording of a browser has no index by which an
 * audio element could seek.
 */

import { useEffect, useRef, useState } from "preact/hooks";
import { audioContext } from "../../client/platform/audio-level.ts";
import { Button } from "../Button.tsx";
import { duration, t } from "../i18n.ts";
import * as icon from "../icons.ts";

interface PlayerProps {
  bytes: Uint8Array<ArrayBuffer>;
  /** The duration as far as it is known before it is decoded, ms. */
  duration_ms?: number;
  autoplay?: boolean;
}

export function Player({ bytes, duration_ms = 0, autoplay = false }: PlayerProps) {
  const [sound, setSound] = useState<AudioBuffer | null>(null);
  const [broken, setBroken] = useState(false);
  const { playing, place_s, play, pause, seek } = usePlayback(sound);
  useEffect(() => {
    audioContext().decodeAudioData(bytes.slice().buffer).then(setSound, () => setBroken(true));
  }, [bytes]);
  useEffect(() => {
    if (sound && autoplay) play();
  }, [sound]);
  if (broken) return <p class="bad">{t("common.attach.unplayable")}</p>;
  const whole_s = sound?.duration ?? duration_ms / 1000;
  return (
    <div class="player" data-testid="player" data-playing={playing} data-place={place_s.toFixed(1)}>
      <Button icon={playing ? PAUSE : icon.speaker} disabled={!sound} data-testid="player-play" onClick={playing ? pause : play}>
        {t(playing ? "common.attach.pause" : "common.attach.play")}
      </Button>
      <input
        type="range"
        min={0}
        max={whole_s}
        step={0.1}
        value={place_s}
        disabled={!sound}
        aria-label={t("common.attach.place")}
        aria-valuetext={`${duration(place_s * 1000)} / ${duration(whole_s * 1000)}`}
        data-testid="player-place"
        onInput={({ currentTarget }) => seek(Number(currentTarget.value))}
      />
      <span class="digits">
        {duration(place_s * 1000)} / {duration(whole_s * 1000)}
      </span>
    </div>
  );
}

/** Plays a sound from any place of it. */
function usePlayback(sound: AudioBuffer | null) {
  const source = useRef<AudioBufferSourceNode | null>(null);
  const [playing, setPlaying] = useState(false);
  const [place_s, setPlace] = useState(0);
  const silence = () => {
    if (!source.current) return;
    source.current.onended = null;
    source.current.stop();
    source.current = null;
  };
  const playFrom = (from_s: number) => {
    silence();
    if (!sound) return;
    const context = audioContext();
    const node = context.createBufferSource();
    node.buffer = sound;
    node.connect(context.destination);
    const began_s = context.currentTime - from_s;
    const timer = setInterval(() => setPlace(Math.min(sound.duration, context.currentTime - began_s)), EVERY_MS);
    const stop = node.stop.bind(node);
    node.stop = () => {
      clearInterval(timer);
      stop();
    };
    node.onended = () => {
      clearInterval(timer);
      source.current = null;
      setPlaying(false);
      setPlace(0);
    };
    node.start(0, from_s);
    source.current = node;
    setPlaying(true);
  };
  useEffect(() => silence, [sound]);
  return {
    playing,
    place_s,
    play: () => playFrom(place_s),
    pause: () => {
      silence();
      setPlaying(false);
    },
    seek: (to_s: number) => {
      setPlace(to_s);
      if (playing) playFrom(to_s);
    },
  };
}

const EVERY_MS = 100;
const PAUSE = "M8 5v14M16 5v14";
