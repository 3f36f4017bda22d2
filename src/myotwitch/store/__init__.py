"""The only place that knows the database: diaries kept, with their history."""

from myotwitch.store.actions import Action
from myotwitch.store.backup import Backup, Kept, is_sealed, opened_backup, restore_backup, restore_from, write_backup
from myotwitch.store.copies import KnownCopy, remember_copy, write_copy
from myotwitch.store.drafts import drafts_of, drop_draft, keep_draft
from myotwitch.store.erasing import Erased, erase
from myotwitch.store.exporting import export_diary, form_of
from myotwitch.store.importing import Imported, import_entries, preview_import
from myotwitch.store.passphrase import set_passphrase
from myotwitch.store.persons import add_person, names_in, set_profile
from myotwitch.store.reading import EntryVersion, actions_of, history_of, living_entry, read_diary, read_profile
from myotwitch.store.store import Store, open_store
from myotwitch.store.undoing import Undone, redo, undo
from myotwitch.store.writing import Changed, add_entry, edit_entry, entry_from, remove_entry

__all__ = [
    "Action",
    "Backup",
    "Changed",
    "EntryVersion",
    "Erased",
    "Imported",
    "Kept",
    "KnownCopy",
    "Store",
    "Undone",
    "actions_of",
    "add_entry",
    "add_person",
    "drafts_of",
    "drop_draft",
    "edit_entry",
    "entry_from",
    "erase",
    "export_diary",
    "form_of",
    "history_of",
    "import_entries",
    "is_sealed",
    "keep_draft",
    "living_entry",
    "names_in",
    "open_store",
    "opened_backup",
    "preview_import",
    "read_diary",
    "read_profile",
    "redo",
    "remember_copy",
    "remove_entry",
    "restore_backup",
    "restore_from",
    "set_passphrase",
    "set_profile",
    "undo",
    "write_backup",
    "write_copy",
]
