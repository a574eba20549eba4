/* Notes, and the files of the scenario folder (scn_importer.h). */
#include "scn_importer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

const char *const scn_note_names[SCN_NOTE_KINDS] = {
    [SCN_NOTE_DEFAULT] = "default",
    [SCN_NOTE_TAKEN] = "taken",
    [SCN_NOTE_LEFT_OUT] = "left out",
    [SCN_NOTE_UNREAD] = "not read",
};

/* ---- notes ---- */

void scn_import_note(struct scn_importer *importer, enum scn_note_kind kind, const char *format,
                     ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    size_t size = length < 0 ? 1 : (size_t)length + 1;
    char *text = sim_arena_alloc(importer->arena, size);
    vsnprintf(text, size, format, again);
    va_end(again);
    for (char *c = text; *c != '\0'; c++) /* names in a dump may hold anything */
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            *c = ' ';
    struct scn_note **link = &importer->notes[kind];
    for (; *link != NULL; link = &(*link)->next)
        if (strcmp((*link)->text, text) == 0)
            return;
    *link = sim_arena_alloc(importer->arena, sizeof **link);
    **link = (struct scn_note){.kind = kind, .passing = importer->building, .text = text};
}

void scn_import_forget(struct scn_importer *importer)
{
    for (int kind = 0; kind < SCN_NOTE_KINDS; kind++) {
        struct scn_note **link = &importer->notes[kind];
        while (*link != NULL)
            if ((*link)->passing)
                *link = (*link)->next;
            else
                link = &(*link)->next;
    }
}

static const char *const headings[SCN_NOTE_KINDS] = {
    [SCN_NOTE_DEFAULT] = "Defaults, to be replaced by what you know",
    [SCN_NOTE_TAKEN] = "Taken from the dump",
    [SCN_NOTE_LEFT_OUT] = "Left out",
    [SCN_NOTE_UNREAD] = "Files not read",
};

void scn_import_letter(struct scn_importer *importer)
{
    struct scn_growing text = {0};
    size_t size;
    scn_grow_text(&text, "# Import of cluster ");
    scn_grow_text(&text, importer->cluster_name);
    scn_grow_text(&text, "\n");
    for (int kind = 0; kind < SCN_NOTE_KINDS; kind++) {
        const struct scn_note *note = importer->notes[kind];
        if (note == NULL)
            continue;
        scn_grow_text(&text, "\n## ");
        scn_grow_text(&text, headings[kind]);
        scn_grow_text(&text, "\n\n");
        for (; note != NULL; note = note->next) {
            scn_grow_text(&text, "- ");
            scn_grow_text(&text, note->text);
            scn_grow_text(&text, "\n");
        }
    }
    const char *letter = scn_grow_done(importer->arena, &text, &size);
    scn_import_file(importer, "IMPORT.md", letter, size);
}

/* ---- names ---- */

#define NAME_BYTES 120

static bool is_taken(const struct scn_importer *importer, const char *name)
{
    if (strcasecmp(name, "scenario.json") == 0 || strcasecmp(name, "IMPORT.md") == 0)
        return true;
    for (const struct scn_import_file *file = importer->files; file != NULL; file = file->next)
        if (strcasecmp(file->name, name) == 0) /* folders may be copied to where case is lost */
            return true;
    return false;
}

const char *scn_import_file_name(struct scn_importer *importer, const char *prefix,
                                 const char *name)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    char *plain = sim_arena_printf(importer->arena, "%s%s", prefix, name);
    size_t length = strlen(plain);
    if (length > 5 && strcmp(plain + length - 5, ".json") == 0)
        length -= 5;
    if (length > NAME_BYTES)
        length = NAME_BYTES;
    plain[length] = '\0';
    for (char *c = plain; *c != '\0'; c++)
        if (strchr(letters, *c) == NULL)
            *c = '-';
    const char *full = sim_arena_printf(importer->arena, "%s.json", plain);
    for (uint32_t i = 2; is_taken(importer, full); i++)
        full = sim_arena_printf(importer->arena, "%s-%u.json", plain, i);
    return full;
}

/* ---- files ---- */

void scn_import_file(struct scn_importer *importer, const char *name, const char *bytes,
                     size_t size)
{
    struct scn_import_file *file = sim_arena_alloc(importer->arena, sizeof *file);
    *file = (struct scn_import_file){.name = name, .bytes = bytes, .size = size};
    if (importer->files == NULL)
        importer->files = file;
    else
        importer->last_file->next = file;
    importer->last_file = file;
}

static const char *path_of(struct scn_importer *importer, const struct scn_import_file *file)
{
    return sim_arena_printf(importer->arena, "%s/%s", importer->import->into, file->name);
}

bool scn_import_write(struct scn_importer *importer)
{
    for (const struct scn_import_file *file = importer->files; file != NULL; file = file->next) {
        FILE *out = fopen(path_of(importer, file), "wbx");
        bool good = out != NULL && fwrite(file->bytes, 1, file->size, out) == file->size;
        int error = errno;
        if (out != NULL && fclose(out) != 0 && good) {
            good = false;
            error = errno;
        }
        if (!good) {
            importer->import->failure =
                sim_arena_printf(importer->arena, "%s: %s", file->name, strerror(error));
            return false;
        }
    }
    return true;
}

void scn_import_remove(struct scn_importer *importer)
{
    for (const struct scn_import_file *file = importer->files; file != NULL; file = file->next)
        unlink(path_of(importer, file));
}
