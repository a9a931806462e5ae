// Files: what fetch cannot do (say how far an upload has come) or send() does not (bytes as the answer).
import { Problem, problemOf, unreachable } from "./problem";

/** How long an upload may take, in ms: ten megabytes over a slow line. */
const UPLOAD_MS = 180_000;
const DOWNLOAD_MS = 60_000;

/** Sends a file as the body of a POST; progress is told from 0 to 1. Throws Problem, nothing else. */
export async function upload<T>(
  path: string,
  file: Blob,
  token: string,
  progress: (share: number) => void,
): Promise<T> {
  const response = await new Promise<Response>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.timeout = UPLOAD_MS;
    request.responseType = "text";
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("Accept", "application/json, application/problem+json");
    request.setRequestHeader("Content-Type", file.type);
    request.upload.onprogress = (e) => progress(e.lengthComputable && e.total > 0 ? e.loaded / e.total : 0);
    request.onload = () => resolve(new Response(request.responseText, { status: request.status }));
    for (const end of ["onerror", "ontimeout", "onabort"] as const) request[end] = () => reject(unreachable());
    request.send(file);
  });
  if (!response.ok) throw await problemOf(response);
  try {
    return (await response.json()) as T;
  } catch {
    throw new Problem({
      code: "bad_answer",
      title: "The controller's answer could not be read",
      detail: "Reload the page. If it stays, tell your administrator.",
      status: response.status,
    });
  }
}

/** Fetches a file. Throws Problem, nothing else. */
export async function download(path: string, token: string): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(path, {
      headers: { Authorization: `Bearer ${token}` },
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(DOWNLOAD_MS),
    });
  } catch {
    throw unreachable();
  }
  if (!response.ok) throw await problemOf(response);
  return response.blob().catch(() => {
    throw unreachable();
  });
}
