//! An extension module as small as one can be, without PyO3 and without std, so that it links for any platform.
//! Each cfg makes it wrong in one way; module_fixtures.py compiles it.

#![no_std]
#![cfg_attr(program, no_main)]
#![allow(non_snake_case, unexpected_cfgs)]

use core::ffi::{c_char, c_int, c_void};
use core::ptr::null_mut;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

#[cfg_attr(dll = "python3", link(name = "python3", kind = "raw-dylib"))]
#[cfg_attr(dll = "python3t", link(name = "python3t", kind = "raw-dylib"))]
#[cfg_attr(dll = "python313", link(name = "python313", kind = "raw-dylib"))]
extern "C" {
    fn PyModule_Create2(definition: *mut c_void, version: c_int) -> *mut c_void;
    fn PyErr_SetString(class: *mut c_void, text: *const c_char);
    /// In the stable ABI since Python 3.13.
    #[cfg(symbol = "newer")]
    fn PyDict_GetItemRef(dict: *mut c_void, key: *mut c_void, found: *mut *mut c_void) -> c_int;
    /// In every Python, in no stable ABI.
    #[cfg(symbol = "unstable")]
    fn PyUnicode_New(size: isize, widest: u32) -> *mut c_void;
    /// Taken away in Python 3.12.
    #[cfg(symbol = "old")]
    fn PyUnicode_AsUnicode(text: *mut c_void) -> *mut c_void;
    /// In debug builds of Python.
    #[cfg(symbol = "debug")]
    fn _Py_NegativeRefcount(file: *const c_char, line: c_int, object: *mut c_void);
    #[cfg(symbol = "windows")]
    fn PyErr_SetFromWindowsErr(code: c_int) -> *mut c_void;
    /// Of glibc 2.25.
    #[cfg(symbol = "glibc")]
    fn getrandom(buffer: *mut c_void, length: usize, flags: u32) -> isize;
}

unsafe fn module() -> *mut c_void {
    #[cfg(symbol = "newer")]
    PyDict_GetItemRef(null_mut(), null_mut(), null_mut());
    #[cfg(symbol = "unstable")]
    PyUnicode_New(0, 127);
    #[cfg(symbol = "old")]
    PyUnicode_AsUnicode(null_mut());
    #[cfg(symbol = "debug")]
    _Py_NegativeRefcount(null_mut(), 0, null_mut());
    #[cfg(symbol = "windows")]
    PyErr_SetFromWindowsErr(0);
    #[cfg(symbol = "glibc")]
    getrandom(null_mut(), 0, 0);
    PyErr_SetString(null_mut(), TEXT.as_ptr());
    PyModule_Create2(null_mut(), 3)
}

#[cfg(not(any(text = "home", text = "virtual")))]
const TEXT: &core::ffi::CStr = c"there is nothing in this module";
#[cfg(text = "home")]
const TEXT: &core::ffi::CStr = c"/home/builder/project/src/lib.rs";
#[cfg(text = "virtual")]
const TEXT: &core::ffi::CStr = c"/rustc/0123456789abcdef/library/core/src/panicking.rs and /usr/src/rustc-1.97.1/library/std/src/io.rs";

#[cfg(not(any(entry = "slots", entry = "none")))]
#[no_mangle]
pub unsafe extern "C" fn PyInit_sample() -> *mut c_void {
    module()
}

#[cfg(entry = "slots")]
#[no_mangle]
pub unsafe extern "C" fn PyModExport_sample() -> *mut c_void {
    module()
}

#[cfg(entry = "none")]
#[no_mangle]
pub unsafe extern "C" fn sample() -> *mut c_void {
    module()
}

#[cfg(extra)]
#[no_mangle]
pub extern "C" fn sample_helper() -> c_int {
    3
}

#[cfg(introspection)]
#[no_mangle]
pub static PYO3_INTROSPECTION_1_sample: u8 = 0;
