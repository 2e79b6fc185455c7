// Gradio has every event of the page watched for changes, which never come, and asks each component about all events
// through that, twice: 0.2 s before the page can be used. Objects without a prototype are left unwatched. Runs before
// Gradio's scripts.
for (const event of window.gradio_config?.dependencies ?? []) Object.setPrototypeOf(event, null);
