package org.kjump.syscall;

/** {@code struct utsname} as uname(2) gives it. */
public record UtsName(String sysname, String nodename, String release, String version, String machine) {}
