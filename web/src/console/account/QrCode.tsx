import { encode } from "uqr";

/** A text as a QR code: dark on light in light and dark alike, as cameras want it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = drawn(text);
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      data-testid="qr"
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} className="qr-light" />
      <path d={path} className="qr-dark" />
    </svg>
  );
}

/** Its dark squares as one path, with the quiet zone of four squares around them that the standard wants. */
export function drawn(text: string): { size: number; path: string } {
  const { data, size } = encode(text, { ecc: "M", border: 4 });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : [])));
  return { size, path: path.join("") };
}
