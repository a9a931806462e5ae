// The messages of a service (S33): uploaded, heard, chosen, deleted.
import { useEffect, useRef, useState } from "react";
import { at, type Schemas, useApi } from "../../kit/api";
import { Card } from "../../kit/Card";
import { Confirm } from "../../kit/Confirm";
import { Form } from "../../kit/Form";
import { Waiting } from "../../kit/Found";
import type { Values } from "../../kit/setting";
import { Table } from "../../kit/Table";
import { useAct, useRead } from "../../kit/use-list";
import { useSetting } from "../../kit/use-setting";
import { Button } from "../../views/Button";
import { useLanguage, useWords } from "../../views/language";
import { dayAndTime, plain, span } from "../../words/format";
import { kit } from "../../words/kit";
import { explain } from "../../words/problems";
import { prompts } from "../words/prompts";
import { services } from "../words/services";

type Prompt = Schemas["Prompt"];

export function Messages({ service }: { service: string }) {
  const w = useWords(prompts);
  const s = useWords(services);
  const k = useWords(kit);
  const language = useLanguage();
  const api = useApi();
  const path = at("services", service, "prompts");
  const found = useRead(path, () => api.send<Schemas["Prompts"]>({ method: "GET", path }));
  if (found.value === null) return <Waiting setting={found} read={found.again} />;
  const all = found.value.prompts;
  return (
    <>
      <Card title={w.title} intro={w.intro}>
        <Table<Prompt>
          caption={w.title}
          testid="prompts"
          rows={all}
          id={(p) => p.id}
          columns={[
            { title: s.name, cell: (p) => <bdi>{plain(p.label)}</bdi> },
            { title: w.length, cell: (p) => span(language, p.seconds * 1000) },
            { title: w.uploaded, cell: (p) => dayAndTime(language, p.uploaded_at) },
            { title: w.play, cell: (p) => <Player path={`${path}/${encodeURIComponent(p.id)}/audio`} prompt={p} /> },
            {
              title: k.delete,
              cell: (p) => (
                <Confirm
                  label={k.delete}
                  title={k.deleteTitle(plain(p.label))}
                  text={w.deleteText}
                  testid={`prompt-delete-${p.id}`}
                  grave
                  act={() => api.send({ method: "DELETE", path: `${path}/${encodeURIComponent(p.id)}` })}
                  done={() => void found.again()}
                />
              ),
            },
          ]}
        />
      </Card>
      <Upload path={path} done={found.again} />
      <Farewell service={service} all={all} />
    </>
  );
}

/** Fetches the recording when it is wanted, because it needs the session; then it is the browser's player. */
function Player({ path, prompt }: { path: string; prompt: Prompt }) {
  const w = useWords(prompts);
  const language = useLanguage();
  const api = useApi();
  const getting = useAct();
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (url !== null) return () => URL.revokeObjectURL(url);
  }, [url]);
  if (url !== null) {
    return (
      // biome-ignore lint/a11y/useMediaCaption: nobody has written down what an uploaded recording says
      <audio
        src={url}
        controls
        autoPlay
        aria-label={w.playNamed(plain(prompt.label))}
        data-testid={`audio-${prompt.id}`}
      />
    );
  }
  return (
    <>
      <Button
        testid={`play-${prompt.id}`}
        look="quiet"
        pending={getting.busy}
        label={w.playNamed(plain(prompt.label))}
        onPress={() => void getting.act(async () => setUrl(URL.createObjectURL(await api.download(path))))}
      >
        {getting.busy ? w.loading : w.play}
      </Button>
      <span className="error" role="alert">
        {getting.fault !== null && explain(language, getting.fault)}
      </span>
    </>
  );
}

function Upload({ path, done }: { path: string; done: () => Promise<void> }) {
  const w = useWords(prompts);
  const language = useLanguage();
  const api = useApi();
  const sending = useAct();
  const form = useRef<HTMLFormElement>(null);
  const [share, setShare] = useState(0);
  const [told, setTold] = useState("");
  const submit = async (data: FormData) => {
    const label = String(data.get("label") ?? "").trim();
    const file = data.get("file");
    setTold("");
    if (label === "") return setTold(w.noLabel);
    if (!(file instanceof File) || file.size === 0) return setTold(w.noFile);
    setShare(0);
    const ok = await sending.act(async () => {
      await api.upload(`${path}?label=${encodeURIComponent(label)}`, typed(file), setShare);
      await done();
    });
    if (!ok) return;
    setTold(w.sent(plain(label)));
    form.current?.reset();
  };
  return (
    <Card title={w.upload}>
      <form
        ref={form}
        className="entry"
        data-testid="prompt-upload"
        onSubmit={(e) => {
          e.preventDefault();
          void submit(new FormData(e.currentTarget));
        }}
      >
        <label>
          {w.label}
          <input name="label" data-testid="prompt-label" autoComplete="off" maxLength={100} />
        </label>
        <label>
          {w.file}
          <input
            name="file"
            type="file"
            data-testid="prompt-file"
            accept="audio/wav,audio/x-wav,audio/mpeg,.wav,.mp3"
          />
        </label>
        <div className="buttons">
          <Button testid="prompt-send" look="primary" submit pending={sending.busy}>
            {w.send}
          </Button>
          {sending.busy && <progress value={share} max={1} aria-label={w.send} />}
        </div>
        <p className="faint" role="status" data-testid="prompt-told">
          {sending.busy ? (share < 1 ? w.sending(String(Math.round(share * 100))) : w.converting) : told}
        </p>
        <p className="error" role="alert" data-testid="prompt-refused">
          {sending.fault !== null && explain(language, sending.fault)}
        </p>
      </form>
    </Card>
  );
}

/** With a type that the API takes: what it really is, the bytes say there. */
function typed(file: File): Blob {
  const type = /mpeg|mp3/.test(file.type) || /\.mp3$/i.test(file.name) ? "audio/mpeg" : "audio/wav";
  return new Blob([file], { type });
}

interface FarewellSetting extends Values {
  farewell: string;
}

/** Which one forced disconnect plays. It has no version: the last choice counts. */
function Farewell({ service, all }: { service: string; all: readonly Prompt[] }) {
  const w = useWords(prompts);
  const api = useApi();
  const path = at("services", service, "prompts");
  const read = async (): Promise<FarewellSetting> => {
    const { farewell } = await api.send<Schemas["Prompts"]>({ method: "GET", path });
    return { farewell: farewell ?? "" };
  };
  const editing = useSetting<FarewellSetting>(path, {
    read,
    store: async (_, __, all) => {
      const prompt = all.farewell === "" ? null : all.farewell;
      await api.send({ method: "PUT", path: at("services", service, "farewell"), body: { prompt } });
      return read();
    },
  });
  return (
    <Form
      editing={editing}
      testid="farewell"
      groups={[
        {
          title: w.farewell,
          intro: w.farewellIntro,
          fields: [
            {
              name: "farewell",
              kind: "choice",
              label: w.farewellLabel,
              options: all.map((p) => ({ value: p.id, text: plain(p.label) })),
              none: w.own,
            },
          ],
        },
      ]}
    />
  );
}
