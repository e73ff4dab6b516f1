//! One list on its way in (导入批次, N08).

state_machine! {
    /// Where an uploaded list stands.
    states BatchState of "名单导入" {
        Received = "received", "已上传";
        Checked = "checked", "已试读";
        Queued = "queued", "排队导入";
        Importing = "importing", "正在导入";
        Imported = "imported", "已导入";
        Cancelled = "cancelled", "已取消";
        Failed = "failed", "未完成";
        Stopped = "stopped", "已停止";
    }
    /// What happens to an uploaded list.
    actions BatchAction {
        Check = "check", "试读": Received | Checked => Checked;
        Confirm = "confirm", "确认导入": Checked | Failed | Stopped => Queued;
        Start = "start", "开始导入": Queued | Importing => Importing;
        Finish = "finish", "完成导入": Importing => Imported;
        Cancel = "cancel", "取消": Received | Checked | Queued | Stopped | Failed => Cancelled;
        Stop = "stop", "停止导入": Importing => Stopped;
        Fail = "fail", "标记未完成": Received | Queued | Importing => Failed;
    }
}

state_machine! {
    /// Whether a decision still counts as a public record.
    states RecordState of "处罚记录" {
        Public = "public", "公示中";
        TakenDown = "taken_down", "已撤下";
        Withdrawn = "withdrawn", "决定已撤销";
    }
    /// What ends the publicity of a decision.
    actions RecordAction {
        TakeDown = "take_down", "撤下公示": Public => TakenDown;
        Withdraw = "withdraw", "撤销决定": Public | TakenDown => Withdrawn;
        Restore = "restore", "恢复公示": TakenDown => Public;
    }
}
