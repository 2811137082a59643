/** The root of the page that verifies signed prescriptions: three ways to hand one over, and the result. */

import { useEffect, useRef } from "preact/hooks";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Languages } from "../ui/Languages.tsx";
import { lazy } from "../ui/lazy.tsx";
import { Logo } from "../ui/Logo.tsx";
import { canCheck } from "./check.ts";
import { CodeForm } from "./CodeForm.tsx";
import { ListNote } from "./ListNote.tsx";
import { PhotoButton } from "./PhotoButton.tsx";
import { announcement, ResultScreen } from "./ResultScreen.tsx";
import { goTo, type View, view, result, show } from "./verifier.ts";

const Scanner = lazy(async () => (await import("./Scanner.tsx")).Scanner);

export function App() {
  const main = useRef<HTMLElement>(null);
  useEffect(watchBack, []);
  // A button that is gone takes the focus with it; a screen that has a better place for it has taken it before.
  useEffect(() => {
    if (!main.current?.contains(document.activeElement)) main.current?.focus();
  }, [view.value]);
  return (
    <>
      <header class="head cloth">
        <Logo />
        <h1>{t("verifier.title")}</h1>
        <Languages />
      </header>
      <main ref={main} class="verifier" tabIndex={-1}>
        <p class="unseen" role="status" aria-live="assertive" aria-atomic="true" data-testid="announcement">
          {announcement(result.value)}
        </p>
        {canCheck() ? <Screen /> : <Banner tone="bad">{t("verifier.unsupported")}</Banner>}
      </main>
    </>
  );
}

function Screen() {
  const at = view.value;
  if (at === "result") return result.value ? <ResultScreen shown={result.value} onAgain={back} /> : <p>{t("common.loading")}</p>;
  if (at === "camera") return <CameraScreen />;
  if (at === "code") return <CodeScreen />;
  return <Start />;
}

function Start() {
  return (
    <>
      <p>{t("verifier.what")}</p>
      <div class="ways">
        <Button kind="primary" icon={icon.camera} class="scan" data-testid="scan" onClick={() => enter("camera")}>
          {t("verifier.scan")}
        </Button>
        <PhotoButton onText={found} />
        <Button icon={icon.note} data-testid="type" onClick={() => enter("code")}>
          {t("verifier.type")}
        </Button>
      </div>
      <ListNote />
      <p class="soft">{t("verifier.privacy")}</p>
    </>
  );
}

/** The other ways stay on the screen, because a camera may be refused, absent or busy. */
function CameraScreen() {
  return (
    <>
      <Scanner onText={found} />
      <div class="ways beside">
        <PhotoButton onText={found} />
        <Button icon={icon.note} data-testid="type" onClick={() => goTo("code")}>
          {t("verifier.type")}
        </Button>
        <BackButton />
      </div>
    </>
  );
}

function CodeScreen() {
  return (
    <>
      <CodeForm />
      <div class="ways">
        <BackButton />
      </div>
    </>
  );
}

function BackButton() {
  return (
    <Button kind="bare" icon={icon.back} data-testid="back" onClick={back}>
      {t("common.back")}
    </Button>
  );
}

function found(text: string): void {
  stepIn();
  void show(text);
}

function enter(next: View): void {
  stepIn();
  goTo(next);
}

/** Leaves the first screen with a step of the browser's history, so that Back leads to it. */
function stepIn(): void {
  if (!history.state?.inside) history.pushState({ inside: true }, "");
}

/** The same way back for a button, for Escape and for the browser's own Back. */
function back(): void {
  if (history.state?.inside) history.back();
  else goTo("start");
}

function watchBack(): () => void {
  const home = () => goTo("start");
  const escape = ({ key }: KeyboardEvent) => key === "Escape" && view.peek() !== "start" && back();
  // A page that was loaded again stands at the start, whatever step the history remembers.
  if (history.state?.inside) history.replaceState(null, "");
  addEventListener("popstate", home);
  addEventListener("keydown", escape);
  return () => {
    removeEventListener("popstate", home);
    removeEventListener("keydown", escape);
  };
}
