// What the page has asked and nobody has answered yet, for tests that wait until it is at rest. Told by the page
// itself: Chromium does not always report the end of a stream that is closed while it is read.
(() => {
  const requests = new Set(); // without a response
  const joined = new Set(), completed = new Set(); // events by id
  const fetched = window.fetch;

  async function listen(response) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const lines = (rest + part.value).split("\n");
      rest = lines.pop();
      for (const line of lines.filter((line) => line.startsWith("data:"))) {
        const message = JSON.parse(line.slice(5));
        if (message.msg === "process_completed") completed.add(message.event_id);
      }
    }
  }

  window.fetch = async (input, ...more) => {
    const url = String(input.url ?? input);
    const request = { url };
    requests.add(request);
    try {
      const response = await fetched(input, ...more);
      if (url.includes("/queue/join") && response.ok) joined.add((await response.clone().json()).event_id);
      if (url.includes("/queue/data")) listen(response.clone()).catch(() => {}); // closed
      return response;
    } finally {
      requests.delete(request);
    }
  };
  window.unanswered = () => [
    ...[...requests].map(({ url }) => url),
    ...[...joined].filter((event) => !completed.has(event)),
  ];
})();
