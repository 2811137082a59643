/** The root of the doctor's page. A running consultation comes before a chosen screen. */

import { type Client, now, seconds } from "../client/index.ts";
import { Banner } from "../ui/Banner.tsx";
import { Loading } from "../ui/FullPage.tsx";
import { Elsewhere, Replaced } from "../ui/take-over.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { lazy } from "../ui/lazy.tsx";
import { SignIn } from "../ui/SignIn.tsx";
import { Toasts } from "../ui/Toast.tsx";
import { Bar } from "./Bar.tsx";
import { Desk } from "./Desk.tsx";
import { openCase, page, session, sessionEnd, signInWith } from "./doctor.ts";
import { callScreen, caseScreen, historyScreen, sessionEnding } from "./later.ts";

/** The first visit ends at the desk; the call screen is loaded when somebody waits. */
const Call = lazy(callScreen);
const History = lazy(historyScreen);
const CaseScreen = lazy(caseScreen);
const SessionEnding = lazy(sessionEnding);
/** The time before the end of a session from which on the line about it is loaded. */
const SESSION_ENDS_SOON_MS = 20 * 60_000;

function SessionLine() {
  const at = sessionEnd.value;
  return at !== null && at - (seconds.value, now()) < SESSION_ENDS_SOON_MS ? <SessionEnding at={at} /> : null;
}

export function App() {
  const { value } = session;
  if (value.at === "arriving") return <Loading />;
  if (value.at === "out") return <Out code={value.code} />;
  return (
    <>
      <SessionLine />
      <Inside client={value.client} />
      <Toasts />
    </>
  );
}

function Out({ code }: { code: string | null }) {
  return (
    <>
      {code && (
        <Banner tone="warn" icon={icon.alert}>
          {t(code === "not_here" ? "doctor.not_here" : "error.signed_out")}
        </Banner>
      )}
      <SignIn title={t("doctor.title")} onSubmit={signInWith} />
    </>
  );
}

function Inside({ client }: { client: Client }) {
  const state = client.connection.state.value;
  const current = client.consultation.current.value;
  if (state.at === "elsewhere") return <Elsewhere connection={client.connection} />;
  if (state.at === "ended" && state.reason === "replaced") return <Replaced />;
  if (current) return <Call key={current.id} client={client} ongoing={current} />;
  return (
    <>
      <Bar client={client} />
      {openCase.value ? (
        <CaseScreen key={openCase.value} client={client} id={openCase.value} />
      ) : page.value === "history" ? <History client={client} /> : <Desk client={client} />}
    </>
  );
}
