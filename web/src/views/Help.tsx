import { type Shortcut, shortcuts } from "../state/shortcuts";
import { help } from "../words/help";
import type { PanelProps } from "./actions";
import { Dialog } from "./Dialog";
import { useWords } from "./language";

/** What the keyboard does. */
export function Help(props: PanelProps) {
  const w = useWords(help);
  return (
    <Dialog {...props} title={w.title} testid="help">
      <p className="faint">{w.note}</p>
      <table className="keys">
        <thead>
          <tr>
            <th scope="col">{w.keys}</th>
            <th scope="col">{w.does}</th>
          </tr>
        </thead>
        <tbody>
          {(Object.keys(shortcuts) as Shortcut[]).map((s) => (
            <tr key={s}>
              <td>
                <kbd>Alt</kbd> <kbd>Shift</kbd> <kbd>{shortcuts[s]}</kbd>
              </td>
              <td>{w.shortcuts[s]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
