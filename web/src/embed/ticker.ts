// A worker: its clock goes on while the window is in the background, where the page's own is slowed down to once a minute.
setInterval(() => postMessage(0), 500);
