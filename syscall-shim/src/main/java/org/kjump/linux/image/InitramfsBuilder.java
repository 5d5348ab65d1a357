package org.kjump.linux.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;

/**
 * The root file system of the recipe: an init, the tools, and a table of what to mount. A program is a file whose first line
 * names it; a kernel starts only programs that its root file system has.
 */
public final class InitramfsBuilder {
    private InitramfsBuilder() {}

    /** Files by path without the leading slash; directories end in a slash and come before what is in them. */
    private static Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        for (String directory : new String[] {"bin/", "dev/", "etc/", "mnt/", "proc/", "sbin/", "sys/"}) {
            files.put(directory, "");
        }
        files.put("init", program("init"));
        for (String name : new String[] {"kexec", "poweroff"}) {
            files.put("sbin/" + name, program(name));
        }
        for (String name : new String[] {"cat", "cp", "makedumpfile"}) {
            files.put("bin/" + name, program(name));
        }
        files.put("etc/fstab", "/dev/hda2 /mnt ext2 defaults 0 0\n");
        return files;
    }

    private static String program(String name) {
        return "#!kjump " + name + "\n";
    }

    /** A gzip of a newc cpio; the same bytes every time. */
    public static byte[] build() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CpioArchiveOutputStream cpio =
                new CpioArchiveOutputStream(new GzipCompressorOutputStream(bytes), CpioConstants.FORMAT_NEW)) {
            for (Map.Entry<String, String> file : files().entrySet()) {
                boolean directory = file.getKey().endsWith("/");
                String name =
                        directory ? file.getKey().substring(0, file.getKey().length() - 1) : file.getKey();
                byte[] content = file.getValue().getBytes(StandardCharsets.US_ASCII);
                CpioArchiveEntry entry = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, name);
                entry.setMode(directory ? CpioConstants.C_ISDIR | 0755 : CpioConstants.C_ISREG | 0755);
                entry.setNumberOfLinks(1);
                entry.setSize(content.length);
                cpio.putArchiveEntry(entry);
                cpio.write(content);
                cpio.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** The same files in a folder, as the root file system on a disk has them. */
    public static void install(Path root) throws IOException {
        for (Map.Entry<String, String> file : files().entrySet()) {
            Path path = root.resolve(file.getKey());
            if (file.getKey().endsWith("/")) {
                Files.createDirectories(path);
            } else {
                Files.writeString(path, file.getValue());
            }
        }
    }
}
