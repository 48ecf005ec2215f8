//! Backup while serving, and restore into an empty place: SQLite's own snapshot, or PostgreSQL's own tools.

use crate::{
    Db, Engine,
    fault::from_sqlite,
    sqlite::{Use, connect},
};
use kernel::{No, Refusal, Result, bi};
use std::path::Path;
use tokio::process::Command;

/// Writes a consistent copy of the database to `file`; an existing file is never overwritten.
pub async fn backup(db: &Db, file: &Path) -> Result<()> {
    if file.exists() {
        return Err(Refusal::new("backup.exists", bi("备份文件已存在", "the backup file exists already"))
            .missing("file", file.display(), bi("换一个文件名", "choose another name"))
            .into());
    }
    match db.engine() {
        Engine::Sqlite => {
            let (from, to) =
                (db.url().trim_start_matches("sqlite://").to_owned(), file.display().to_string());
            let copied = tokio::task::spawn_blocking(move || {
                connect(&from, Use::Write)?.execute("vacuum into ?1", [to]).map(drop)
            });
            copied.await.map_err(No::fault)?.map_err(|e| from_sqlite(e, "vacuum into"))
        }
        Engine::Postgres => {
            tool("pg_dump", &["--format=custom", "--file", &file.display().to_string(), "--dbname", db.url()])
                .await
        }
    }
}

/// Puts a backup where nothing is yet.
pub async fn restore(url: &str, file: &Path) -> Result<()> {
    if !file.is_file() {
        return Err(Refusal::new("restore.absent", bi("找不到备份文件", "the backup file is not there"))
            .missing(
                "file",
                file.display(),
                bi("给出 backup 命令写出的文件", "name a file that the backup command wrote"),
            )
            .into());
    }
    if let Some(path) = url.strip_prefix("sqlite://") {
        if Path::new(path).exists() {
            return Err(Refusal::new(
                "restore.exists",
                bi("目标数据库已存在", "the target database exists already"),
            )
            .missing("db", path, bi("恢复到新的文件，再切换", "restore into a new file, then switch over"))
            .into());
        }
        let head = tokio::fs::read(file).await.map_err(No::fault)?;
        if !head.starts_with(b"SQLite format 3\0") {
            return Err(Refusal::new("restore.format", bi("不是备份文件", "this is not a backup"))
                .missing("file", file.display(), bi("需要 SQLite 备份", "an SQLite backup is needed"))
                .into());
        }
        tokio::fs::write(path, head).await.map_err(No::fault)
    } else {
        tool("pg_restore", &["--exit-on-error", "--no-owner", "--dbname", url, &file.display().to_string()])
            .await
    }
}

async fn tool(name: &str, args: &[&str]) -> Result<()> {
    let out = Command::new(name).args(args).output().await.map_err(|e| {
        No::from(
            Refusal::new(
                "backup.tool",
                bi("缺少 PostgreSQL 客户端工具", "a PostgreSQL client tool is missing"),
            )
            .missing(name, e, bi("安装 postgresql-client", "install postgresql-client")),
        )
    })?;
    if out.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    Err(Refusal::new("backup.failed", bi("PostgreSQL 工具报错", "the PostgreSQL tool failed"))
        .missing(name, "", bi(&*said, &*said))
        .into())
}
