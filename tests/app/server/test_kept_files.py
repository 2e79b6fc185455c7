"""When files of visitors go."""

import os
from types import SimpleNamespace

import gradio as gr

from app.server import kept_files


def test_a_link_is_as_old_as_itself_not_as_what_it_leads_to(tmp_path, monkeypatch):
    target, folder = tmp_path / "old.png", tmp_path / "uploads"
    target.write_bytes(b"an image")
    link = folder / ("0" * 64) / "link.png"
    link.parent.mkdir(parents=True)
    while not link.is_symlink() or link.lstat().st_ctime <= target.stat().st_ctime:
        link.unlink(missing_ok=True)
        os.symlink(target, link)
    between = (link.lstat().st_ctime + target.stat().st_ctime) / 2
    now = link.lstat().st_ctime + 1000
    monkeypatch.setattr(kept_files, "time", SimpleNamespace(time=lambda: now))
    monkeypatch.setattr(kept_files, "FILE_AGE", now - between)
    kept_files.sweep(folder)
    assert link.is_symlink()
    monkeypatch.setattr(kept_files, "FILE_AGE", 999)
    kept_files.sweep(folder)
    assert not link.is_symlink()
    assert target.exists()


def test_all_that_is_old_goes_at_once_with_its_folders(tmp_path, monkeypatch):
    for number in range(3):
        (tmp_path / f"{number}").mkdir()
        (tmp_path / f"{number}" / "image.png").write_bytes(b"an image")
    monkeypatch.setattr(kept_files, "FILE_AGE", -1)
    kept_files.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert kept_files.make_room(tmp_path, 1)


def test_gradio_keeps_no_names_of_uploads(tmp_path, monkeypatch):
    upload = tmp_path / "image-of-somebody.png"
    upload.write_bytes(b"an image")
    with gr.Blocks() as page:
        file = gr.File()
    monkeypatch.setattr(file, "GRADIO_CACHE", str(tmp_path))
    kept_files.note_no_names(page)
    assert file.move_resource_to_block_cache(upload) == str(upload)
    page.upload_file_set.update([str(upload)])
    assert [*file.temp_files, *page.upload_file_set, *page.temp_file_sets] == []
