package org.kjump.machine;

/** A range of the firmware's memory map: half-open, physical addresses in bytes. */
public record E820Entry(long start, long end, Type type) {
    /** ACPI specification, INT 15h E820h: the numbers of the types. */
    public enum Type {
        RAM(1, "System RAM"),
        RESERVED(2, "reserved"),
        ACPI(3, "ACPI Tables"),
        NVS(4, "ACPI Non-volatile Storage"),
        UNUSABLE(5, "Unusable memory");

        private final int number;
        private final String label;

        Type(int number, String label) {
            this.number = number;
            this.label = label;
        }

        public int number() {
            return number;
        }

        /** As Linux 2.6.27 names it in /proc/iomem and /sys/firmware/memmap. */
        public String label() {
            return label;
        }
    }
}
