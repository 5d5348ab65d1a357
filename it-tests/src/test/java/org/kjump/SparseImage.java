package org.kjump;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A saved image written anew, in pieces: pages of zeros are in no file part any more, but at the end of a load's {@code p_memsz}; some
 * pages that were free are in no load at all. Bytes are packed behind each other, at offsets that no page begins at.
 */
final class SparseImage {
    private static final int PAGE = 4096;

    /** Pages from {@code paddr} on: {@code stored} with bytes, then {@code zeros}. */
    private record Piece(int paddr, int offset, int stored, int zeros) {}

    private final ByteBuffer image;
    private final IntPredicate free;
    private final List<Piece> pieces = new ArrayList<>();
    private int gapsLeft;
    private int gap;

    private SparseImage(byte[] image, IntPredicate free, int gaps) {
        this.image = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        this.free = free;
        gapsLeft = gaps;
    }

    /**
     * @param free whether a page frame's content does not matter
     * @param gaps how many stretches of free pages are in no load: of 1, 2, 3, … pages
     */
    static byte[] of(byte[] image, IntPredicate free, int gaps) {
        SparseImage sparse = new SparseImage(image, free, gaps);
        for (int i = 0; i < sparse.image.getShort(44); i++) {
            int header = sparse.image.getInt(28) + 32 * i;
            if (sparse.image.getInt(header) == 1) {
                sparse.cut(
                        sparse.image.getInt(header + 12),
                        sparse.image.getInt(header + 4),
                        sparse.image.getInt(header + 16) / PAGE);
            }
        }
        return sparse.written();
    }

    /** How many loads an image has. */
    static int loads(byte[] image) {
        ByteBuffer elf = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        int count = 0;
        for (int i = 0; i < elf.getShort(44); i++) {
            count += elf.getInt(elf.getInt(28) + 32 * i) == 1 ? 1 : 0;
        }
        return count;
    }

    private boolean isZero(int offset) {
        for (int i = 0; i < PAGE; i += 4) {
            if (image.getInt(offset + i) != 0) {
                return false;
            }
        }
        return true;
    }

    private void cut(int paddr, int offset, int pages) {
        int page = 0;
        while (page < pages) {
            page += leftOut(paddr + page * PAGE, pages - page);
            int start = page;
            while (page < pages && !isZero(offset + page * PAGE) && !free.test(paddr / PAGE + page)) {
                page++;
            }
            int zeros = page;
            do {
                page++;
            } while (page < pages && isZero(offset + page * PAGE) && !free.test(paddr / PAGE + page));
            page = Math.min(page, pages);
            pieces.add(new Piece(paddr + start * PAGE, offset + start * PAGE, zeros - start, page - zeros));
        }
    }

    /** How many pages are left out from here on: as many as the next gap has, if so many are free. */
    private int leftOut(int paddr, int limit) {
        if (gapsLeft == 0 || limit <= gap + 1) {
            return 0;
        }
        for (int i = 0; i <= gap; i++) {
            if (!free.test(paddr / PAGE + i)) {
                return 0;
            }
        }
        gapsLeft--;
        return ++gap;
    }

    private byte[] written() {
        int headers = 52 + 32 * pieces.size();
        int stored = pieces.stream().mapToInt(piece -> piece.stored() * PAGE).sum();
        ByteBuffer out = ByteBuffer.allocate(headers + 3 + stored).order(ByteOrder.LITTLE_ENDIAN);
        out.put(image.slice(0, 52)).putInt(28, 52).putShort(44, (short) pieces.size());
        int offset = headers + 3;
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            int header = 52 + 32 * i;
            out.putInt(header, 1).putInt(header + 4, offset).putInt(header + 12, piece.paddr());
            out.putInt(header + 16, piece.stored() * PAGE);
            out.putInt(header + 20, (piece.stored() + piece.zeros()) * PAGE);
            out.put(offset, image, piece.offset(), piece.stored() * PAGE);
            offset += piece.stored() * PAGE;
        }
        return out.array();
    }
}
