import { useId } from "react";
import { useLanguage } from "../../views/language";
import { number } from "../../words/format";
import { periodName } from "../../words/reports";
import type { Bar, Period } from "./report";

/** More bars than that are a grey field: then there is only the table. */
const MOST = 200;
const [WIDTH, HEIGHT, GAP] = [600, 120, 0.2];

/** A picture of what the table says: a bar for each period, filled as far as it went well, striped for the rest. */
export function Chart({ bars, by, label }: { bars: readonly Bar[]; by: Period; label: string }) {
  const id = useId();
  const language = useLanguage();
  const most = Math.max(...bars.map((b) => b.all));
  if (bars.length < 2 || bars.length > MOST || most === 0) return null;
  const step = WIDTH / bars.length;
  const high = (n: number) => (n / most) * HEIGHT;
  const name = (b: Bar | undefined) => periodName(language, b?.period ?? "", by);
  return (
    <figure className="chart" data-testid="report-chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        <defs>
          <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="2.5" height="6" className="bar-rest" />
          </pattern>
        </defs>
        {bars.map((b, i) => (
          <g key={b.period}>
            <title>{`${name(b)}: ${number(language, b.done)} / ${number(language, b.all)}`}</title>
            <rect
              x={i * step + (step * GAP) / 2}
              width={step * (1 - GAP)}
              y={HEIGHT - high(b.all)}
              height={high(b.all)}
              fill={`url(#${id})`}
              className="bar-all"
            />
            <rect
              x={i * step + (step * GAP) / 2}
              width={step * (1 - GAP)}
              y={HEIGHT - high(b.done)}
              height={high(b.done)}
              className="bar-done"
            />
          </g>
        ))}
      </svg>
      <div className="chart-ends faint" aria-hidden="true">
        <span>{name(bars[0])}</span>
        <span>{number(language, most)}</span>
        <span>{name(bars.at(-1))}</span>
      </div>
      <figcaption className="faint">{label}</figcaption>
    </figure>
  );
}
