package org.kjump.vmcore.sadump;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.io.ByteSource;

/** The partitions that a dump lies on, and the pages on them, which go on from one to the next. */
final class Disks {
    /** Bytes of pages {@code [start, end)} stand at {@code position} and behind. */
    private record Stretch(ByteSource file, long position, long start, long end) {}

    private final SadumpHeader header;
    private final List<Stretch> stretches = new ArrayList<>();

    private Disks(SadumpHeader header) {
        this.header = header;
    }

    /** @throws VmcoreException if the files are not those of one dump, all of them */
    static Disks of(List<ByteSource> files) {
        List<Partition> partitions = files.stream()
                .map(Partition::of)
                .sorted(Comparator.comparingLong(Partition::disk))
                .toList();
        return partitions.get(0).disk() == 0 ? single(partitions) : set(partitions);
    }

    private static Disks single(List<Partition> partitions) {
        Partition only = partitions.get(0);
        if (partitions.size() > 1) {
            throw only.bad(
                    "set_disk_set at offset %d".formatted(only.position() + 152),
                    "a disk of a set",
                    "a partition that stands alone");
        }
        Disks disks = new Disks(SadumpHeader.of(only, only.end()));
        disks.add(only, disks.header.data(), only.file().size());
        return disks;
    }

    private static Disks set(List<Partition> partitions) {
        Partition first = partitions.get(0);
        for (int i = 0; i < partitions.size(); i++) {
            if (partitions.get(i).disk() != i + 1) {
                throw partitions
                        .get(i)
                        .bad(
                                "disks of a set",
                                "disk " + (i + 1),
                                "disk " + partitions.get(i).disk());
            }
        }
        ByteBuffer set = Partition.read(first.file(), first.end(), SadumpLayout.DISK_SET.size());
        long count = SadumpLayout.DISK_SET.field("disk_num").unsigned(set, 0);
        long length = SadumpLayout.DISK_SET.field("disk_set_header_size").unsigned(set, 0) * first.block();
        if (count != partitions.size()) {
            throw first.bad("disk set", count + " disks", partitions.size());
        }
        if (length < SadumpLayout.DISK_SET.size() + count * SadumpLayout.VOLUME.size()) {
            throw first.bad("disk set header", "room for %d disks".formatted(count), length + " bytes");
        }
        Set<ByteBuffer> volumes = new HashSet<>();
        for (int i = 0; i < count; i++) {
            long at = first.end() + SadumpLayout.DISK_SET.size() + (long) i * SadumpLayout.VOLUME.size();
            volumes.add(Partition.read(
                    first.file(), at, SadumpLayout.VOLUME.field("id").length()));
        }
        Disks disks = new Disks(SadumpHeader.of(first, first.end() + length));
        disks.add(first, disks.header.data(), first.used());
        for (Partition other : partitions.subList(1, partitions.size())) {
            requireAgreement(first, other, volumes);
            disks.add(other, other.end(), other.used());
        }
        return disks;
    }

    private static void requireAgreement(Partition first, Partition other, Set<ByteBuffer> volumes) {
        for (String member : new String[] {"sadump_id", "disk_set_id", "time_stamp"}) {
            if (!first.get(member).equals(other.get(member))) {
                throw other.bad(member, "that of " + first.file().name(), "another");
            }
        }
        if (other.block() != first.block()) {
            throw other.bad("block size", Integer.toString(first.block()), other.block());
        }
        if (!volumes.contains(other.get("vol_id"))) {
            throw other.bad("vol_id", "one of the disk set of " + first.file().name(), "another");
        }
    }

    private void add(Partition partition, long position, long end) {
        if (end < position || end > partition.file().size()) {
            throw partition.bad(
                    "used_device",
                    "%d to %d bytes".formatted(position, partition.file().size()),
                    end);
        }
        long start = length();
        stretches.add(new Stretch(partition.file(), position, start, start + end - position));
    }

    SadumpHeader header() {
        return header;
    }

    /** Bytes that there is room for on all disks. */
    long length() {
        return stretches.isEmpty() ? 0 : stretches.get(stretches.size() - 1).end();
    }

    /** Puts {@code length} bytes of pages from {@code start} on into {@code target}. */
    void read(long start, int length, ByteBuffer target) {
        int limit = target.limit();
        long at = start;
        long end = start + length;
        try {
            for (Stretch stretch : stretches) {
                if (at < end && at < stretch.end()) {
                    int some = (int) (Math.min(end, stretch.end()) - at);
                    stretch.file()
                            .readFully(
                                    stretch.position() + at - stretch.start(), target.limit(target.position() + some));
                    at += some;
                }
            }
        } finally {
            target.limit(limit);
        }
    }
}
