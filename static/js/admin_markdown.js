// The Markdown editor of the admin: buttons, pictures by button, paste or drop, and errors in words.
// markdownx draws the preview; it can neither upload by a button nor say what went wrong.
"use strict";

for (const box of document.querySelectorAll(".markdown-editor")) {
  const editor = box.querySelector("textarea");
  const status = box.querySelector(".markdown-editor__status");
  const tools = box.querySelector(".markdown-editor__tools");

  const say = (text, isError = false) => {
    status.textContent = text;
    status.classList.toggle("markdown-editor__status--error", isError);
  };

  const startsLine = () => editor.selectionStart === 0 || editor.value[editor.selectionStart - 1] === "\n";

  const insert = (text) => {
    editor.focus();
    // insertText keeps the browser's undo; setRangeText is for browsers without it.
    if (!document.execCommand("insertText", false, text)) {
      editor.setRangeText(text, editor.selectionStart, editor.selectionEnd, "end");
    }
    editor.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const upload = async (files) => {
    for (const file of files) {
      const form = new FormData();
      form.append("csrfmiddlewaretoken", editor.form.querySelector("[name=csrfmiddlewaretoken]").value);
      form.append("image", file);
      say(box.dataset.uploading);
      try {
        const response = await fetch(editor.dataset.markdownxUploadUrlsPath, { method: "POST", body: form });
        const answer = await response.json();
        if (answer.image_code) {
          const picture = answer.image_code.replace("![]", `![${box.dataset.describe}]`);
          insert(`${startsLine() ? "" : "\n\n"}${picture}\n\n`);
          say("");
        } else {
          say(answer.error || box.dataset.failed, true);
        }
      } catch {
        say(box.dataset.failed, true);
      }
    }
  };

  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { selectionStart: start, selectionEnd: end, value } = editor;
    const { before, after = "", block, line } = button.dataset;
    const text = before + value.slice(start, end) + after;
    const newLine = line !== undefined && !startsLine() ? "\n" : "";
    insert(newLine + (block ? `::: ${block}\n${text}\n:::\n` : text));
  });
  tools.querySelector("input[type=file]").addEventListener("change", async (event) => {
    await upload(event.target.files);
    event.target.value = "";
  });

  // Before markdownx sees them: its own upload writes "Invalid response" into the text when a picture is refused.
  for (const [type, field] of [["paste", "clipboardData"], ["drop", "dataTransfer"]]) {
    box.addEventListener(type, (event) => {
      const files = event[field] ? [...event[field].files] : [];
      if (!files.length) return;
      event.preventDefault();
      event.stopPropagation();
      upload(files);
    }, true);
  }
  // The Tab key moves on, as in every other field; markdownx would write a tab and hold the keyboard here.
  box.addEventListener("keydown", (event) => {
    if (event.key === "Tab") event.stopPropagation();
  }, true);
  // markdownx shows whatever the server answers, a refusal included.
  box.addEventListener("markdownx.update", (event) => {
    try {
      const { error } = JSON.parse(event.detail[0]);
      if (!error) return;
      box.querySelector(".markdownx-preview").textContent = "";
      say(error, true);
    } catch {
      if (status.classList.contains("markdown-editor__status--error")) say("");
    }
  });
}
