package org.kjump.makedumpfile;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.codec.Compression;

/**
 * A dump to write, without what its level leaves out.
 *
 * @param levels the sum of what to leave out: 1 zero pages, 2 cache, 4 cache with private data, 8 user data, 16 free pages; at least
 *     one, and further ones to try when there is no space for what the one before leaves
 * @param sizeLimit the most bytes that the file may have, at least 1
 * @param config the file that says what data to erase
 */
record FilterRequest(
        DumpInput input,
        Destination destination,
        List<Integer> levels,
        Format format,
        UnusedVmemmap unusedVmemmap,
        OptionalLong sizeLimit,
        Optional<String> config,
        Resources resources)
        implements Request {
    FilterRequest {
        levels = List.copyOf(levels);
    }

    @Override
    public String target() {
        return "dump file(%s)".formatted(destination.name());
    }

    @Override
    public void run(Session session) throws IOException {
        if (session.form() == Session.Form.JSON
                && destination instanceof Destination.DryRun dry
                && format instanceof Format.Kdump kdump) {
            session.refuseExisting(dry.name(), dry.onExisting(), input.vmcores());
            DumpReader reader = new DumpReader(session);
            try (MemoryImage image = reader.open(input)) {
                session.print(
                        Json.of(json(Forecast.of(this, kdump, image, reader).json())));
            }
        } else {
            Report report = new Filter(this, session).run();
            session.messages().report(report.text());
            if (session.form() == Session.Form.JSON) {
                session.print(Json.of(json(report)));
            }
        }
        session.messages()
                .completed((destination instanceof Destination.Split
                                ? "The dumpfiles are saved to %s."
                                : "The dumpfile is saved to %s.")
                        .formatted(destination.name()));
    }

    private Map<String, Object> json(Report report) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("pages", report.json());
        result.put("size", new SizeEstimate(report.size(), 0, 0).json());
        return json(result);
    }

    /** What was asked for, and what came of it. */
    private Map<String, Object> json(Map<String, Object> result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("vmcore", input.vmcores());
        json.put(
                "dumpfile",
                destination instanceof Destination.Split split ? split.names() : List.of(destination.name()));
        json.put("format", format instanceof Format.Kdump ? "kdump" : "elf");
        if (format instanceof Format.Kdump kdump) {
            json.put("compression", kdump.compression().name().toLowerCase(Locale.ROOT));
        }
        json.putAll(result);
        return json;
    }

    /** What kind of file to write. */
    sealed interface Format {
        record Kdump(Compression compression) implements Format {}

        /** @param maxSegments the most PT_LOADs there may be, at least 1 */
        record Elf(OptionalInt maxSegments) implements Format {}
    }

    /** Where it goes. */
    sealed interface Destination {
        /** What messages call it. */
        String name();

        record File(String name, OnExisting onExisting) implements Destination {}

        /**
         * Several files, each with a part of the pages.
         *
         * @param names at least two
         * @param blockBytes memory is dealt out in blocks of so many bytes, which the page size has to divide
         */
        record Split(List<String> names, long blockBytes, OnExisting onExisting) implements Destination {
            public Split {
                names = List.copyOf(names);
            }

            @Override
            public String name() {
                // "a and b", but "a, b, and c"; the C tool writes "a, and b", which nobody means to parse.
                int last = names.size() - 1;
                return String.join(", ", names.subList(0, last)) + (last == 1 ? " and " : ", and ") + names.get(last);
            }
        }

        /** Flattened to standard output. */
        record Stream() implements Destination {
            @Override
            public String name() {
                return "STDOUT";
            }
        }

        /** Nowhere: all work is done but the writing. */
        record DryRun(String name, OnExisting onExisting) implements Destination {}
    }

    enum OnExisting {
        REFUSE,
        OVERWRITE
    }

    /** Whether pages of struct pages that speak of left-out frames only are left out themselves. */
    enum UnusedVmemmap {
        KEEP,
        LEAVE_OUT
    }

    /**
     * What the work may use.
     *
     * @param threads how many to work with at once, at least 1; empty for as many as there are processors
     * @param blockOrder log2 of the pages to work on at a time, 0 to 20
     */
    record Resources(OptionalInt threads, OptionalInt blockOrder) {}
}
