"""What the machine will not do, in one line: its files, its disk, its database."""

import errno
from collections.abc import Mapping
from typing import Final

from storage.faults import Fault, fault_of

FAULTS: Final[Mapping[Fault, str]] = {
    Fault.READ_ONLY: "数据库只能读、不能写，请检查数据库文件和所在目录的权限（PostgreSQL 请检查是否只读）。",
    Fault.DENIED: "数据库账号没有这项权限，请检查数据库的授权。",
    Fault.UNOPENED: "打不开数据库文件，或不能在它的目录里写临时文件，请检查权限和磁盘。",
    Fault.LOCKED: "数据库一直被别的程序占用，请等它结束，或稍后再试。",
    Fault.FULL: "数据库所在的磁盘已满，请清理。",
    Fault.DISK: "数据库的磁盘读写出错，请检查磁盘和权限。",
    Fault.GONE: "与数据库的连接断了，或数据库正在重启，请检查数据库服务。",
}
_WORDS: Final[Mapping[int, str]] = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOENT: "不存在",
    errno.EISDIR: "是目录，不是文件",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EEXIST: "已经存在",
    errno.EROFS: "磁盘只能读",
    errno.ENOSPC: "磁盘已满",
    errno.ENAMETOOLONG: "名称太长",
}


def of_the_system(error: OSError) -> str:
    words = _WORDS.get(error.errno or 0) or error.strerror or type(error).__name__
    if error.filename:
        return f"文件读写失败：{error.filename}（{words}），请检查路径和权限。"
    return f"系统拒绝了操作（{words}），请检查权限和资源。"


def of_the_database(error: Exception) -> str:
    """Empty for what is a mistake of ours."""
    fault = fault_of(error)
    return f"操作没有完成：{FAULTS[fault]}" if fault is not None else ""
