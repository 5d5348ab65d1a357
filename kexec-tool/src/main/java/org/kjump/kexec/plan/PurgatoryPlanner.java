package org.kjump.kexec.plan;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.kjump.kexec.purgatory.Purgatory;

/** Gives the purgatory its last words, when all else has its place: what it checks, and whom it enters. */
final class PurgatoryPlanner {
    private PurgatoryPlanner() {}

    /** @return the entry of the whole image */
    static long add(Placement placement, PaddrRange at, Purgatory purgatory, Checks checks) {
        switch (checks) {
            case SHA256 -> expectDigest(placement, purgatory);
            case NONE -> purgatory.skipChecks();
        }
        placement.add("purgatory", at, Payload.of(purgatory.bytes()));
        return at.start() + purgatory.entryOffset();
    }

    /** The digest covers the whole pages that have content; the kernel zero-fills the last of them. */
    private static void expectDigest(Placement placement, Purgatory purgatory) {
        List<Segment> sorted = placement.segments().stream()
                .sorted(Comparator.comparingLong(segment -> segment.range().start()))
                .filter(segment -> segment.contentSize() > 0)
                .toList();
        if (sorted.size() > Purgatory.MAX_REGIONS) {
            throw new PlanException("the purgatory checks at most %d segments, %d needed (-i leaves the check out)"
                    .formatted(Purgatory.MAX_REGIONS, sorted.size()));
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            List<Purgatory.Region> regions = new ArrayList<>();
            for (Segment segment : sorted) {
                long length = PaddrRange.pageUp(segment.contentSize());
                regions.add(new Purgatory.Region(segment.range().start(), length));
                digest(segment, length, sha256);
            }
            purgatory.expect(regions, sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void digest(Segment segment, long length, MessageDigest sha256) {
        for (long offset = 0; offset < length; offset += PaddrRange.PAGE) {
            ByteBuffer page = ByteBuffer.allocate((int) PaddrRange.PAGE);
            page.limit((int) Math.min(PaddrRange.PAGE, segment.contentSize() - offset));
            if (segment.content() != null) {
                segment.content().copyFromUser(offset, page);
            }
            sha256.update(page.clear());
        }
    }
}
