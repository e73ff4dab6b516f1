//! Work that goes on after the page has answered (后台任务).

state_machine! {
    /// Where a job stands.
    states JobState of "后台任务" {
        Queued = "queued", "排队";
        Running = "running", "进行中";
        Done = "done", "完成";
        Failed = "failed", "失败";
    }
    /// What the worker does. A job found running at start-up was cut off and starts again.
    actions JobAction {
        Start = "start", "开始": Queued | Running => Running;
        Finish = "finish", "完成": Running => Done;
        Fail = "fail", "失败": Running => Failed;
        Retry = "retry", "重试": Failed => Queued;
    }
}
